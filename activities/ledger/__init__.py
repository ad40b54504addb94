"""The ledger in PostgreSQL: the record, its vault of personal data, its read models, and their verification.

Nothing is imported here, so that workflows can import `activities.ledger.contracts` without the rest.
"""
