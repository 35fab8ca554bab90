"""Values and rules of the review desk.

Standard library only: no input or output, no clock, no asyncio, no Qt. Everything here can be tested by calling it, and
everything above it speaks in these words.
"""
