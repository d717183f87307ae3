"""The publisher: reads a Sense HAT, keeps every reading until the server has it, and sends it."""

__version__ = "1.0.0"
