"""Sends events of the ledger on to other systems. Each relay reads the ledger with its own cursor.

When an outside system is down, only its relay waits. No dossier and no other relay waits for it.
"""
