"""What touches the world: the ledger, the outside systems, the relays, the province's files, rollouts."""
