"""The HTTP side: payment callbacks today."""
