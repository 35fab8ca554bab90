"""What the development commands are made of. Standard library only, and no newer than Python 3.8: see dev.py."""
