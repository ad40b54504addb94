"""Measures what dossiers cost: dossiers a second, processor time, latency, history; and on which machine."""
