"""The list of escalations that somebody must still answer or explain."""
