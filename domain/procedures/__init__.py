"""Procedures as data: what each asks, takes and promises; the national catalogue; the clocks that one starts."""
