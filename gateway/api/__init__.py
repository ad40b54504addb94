"""The HTTP service. It receives payment callbacks."""
