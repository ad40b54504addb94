"""What is true after an event, by subject."""
