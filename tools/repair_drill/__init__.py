"""Plays a bad release that leaves dossiers stuck in four ways, its fix, and one repair of all of them.

`bad_release` is loaded inside the sandbox of workflows, so nothing is imported here.
"""
