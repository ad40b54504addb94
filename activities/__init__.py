"""The code with side effects: the ledger, the outside systems, the relays, the province's files, rollouts."""
