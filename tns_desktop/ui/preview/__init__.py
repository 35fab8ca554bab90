"""The preview: pages, images and text of one document."""
