"""Procedures as data: documents, steps, limits and fees; the national catalogue; the clocks that a procedure starts."""
