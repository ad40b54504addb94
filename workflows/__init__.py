"""What waits: durable interpreters of what the domain decides. No rule stands here."""
