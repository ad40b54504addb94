"""What the walk over the ledger compares with the events, a module a subject."""
