"""How people are reached outside the system: channels, contacts, words, quiet hours."""
