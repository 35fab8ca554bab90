"""TnS Desktop: the review desk for Trust and Sign client files."""

__version__ = "0.1.0"
