"""Personal data in texts that are kept for good: how it is found, and what is refused because of it."""
