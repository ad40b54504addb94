"""The ledger in PostgreSQL: the events, the vault of personal data, the read models, and their verification.

This file imports nothing, so workflows can import `activities.ledger.contracts` without the rest.
"""
