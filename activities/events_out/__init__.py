"""The ledger for other software: its events as CloudEvents, by pages and as a live stream.

Webhooks (`activities.webhooks`) send the same events. None of it holds up a dossier or a relay.
"""
