"""The ledger is the outbox: each relay follows it with a cursor of its own, at its own pace.

An outside system that is down for a day costs no dossier a second: its relay waits, and the others do not notice.
"""
