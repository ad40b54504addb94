"""How events are recorded so that every later change is noticed: sealed rows, the Merkle tree, signed checkpoints."""
