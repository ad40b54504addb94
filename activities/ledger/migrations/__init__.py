"""The ledger's schema: numbered files. Each file runs once, in order, in its own transaction."""

from activities.ledger.migrations.runner import FOLDER, Applied, Migration, applied, migrate, pending, read_files

__all__ = ["FOLDER", "Applied", "Migration", "applied", "migrate", "pending", "read_files"]
