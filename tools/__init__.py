"""What surrounds the product and is not part of it: local stack, simulator, demo, benchmark, merger drill.

The product never imports this package, and its wheel does not contain it.
"""
