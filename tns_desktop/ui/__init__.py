"""The window. The only layer that may import PySide6; it sees use cases and values, never an adapter."""
