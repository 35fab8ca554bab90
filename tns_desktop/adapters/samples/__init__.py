"""Starts the local server with sample files."""
