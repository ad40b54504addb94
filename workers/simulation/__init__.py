"""Plays a foreign event log through the dossiers' own workflow in virtual time, under today's policy and changed ones.

Nothing of it touches the ledger, Temporal's server or an outside system.
"""
