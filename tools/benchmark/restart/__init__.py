"""Measures a worker's memory while dossiers are opened, and its restart while they are open."""
