"""The ledger's schema, as numbered files that run once, in order, each in its own transaction."""

from activities.ledger.migrations.runner import FOLDER, Applied, Migration, applied, migrate, pending, read_files

__all__ = ["FOLDER", "Applied", "Migration", "applied", "migrate", "pending", "read_files"]
