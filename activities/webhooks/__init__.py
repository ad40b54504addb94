"""Sends the events of the ledger to addresses of other software, signed by the Standard Webhooks scheme.

The ledger is the queue: each webhook has its own place in it, and only the dossiers that could not be sent are listed
beside it. No webhook waits for another.
"""
