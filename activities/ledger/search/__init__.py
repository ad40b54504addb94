"""Finds dossiers in the register: what is wanted, in which order, a page at a time or all of them."""
