"""The tour: drives the real window through the main job, as a person would, and leaves numbered screenshots."""
