"""How events are written down so that nobody changes them unseen: sealed rows, the Merkle tree, signed checkpoints."""
