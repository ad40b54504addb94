"""Tools around the product that are not part of it: local stack, simulator, demo, benchmark, merger drill.

The product never imports this package, and its wheel does not contain it.
"""
