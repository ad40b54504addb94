"""Makes the servers of the embedded stack ready for its processes."""

from __future__ import annotations

from pathlib import Path

from activities.ledger.migrations import migrate
from domain.rules.province import Province
from gateway.nexus.service import nexus_queue_of
from tools.local_stack.nexus_endpoint import ENDPOINT, ensure_endpoint
from workers.connections import connect_temporal, patiently
from workers.engine import open_engine
from workers.settings import Mode, load_settings


async def prepare(folder: Path, province: Province) -> tuple[list[str], int]:
    """Migrates the database, publishes the province's rules, and creates the Nexus endpoint where it is turned on.

    Only the servers need to run.

    Returns the migrations that ran, and how many rules are new.
    """
    settings = load_settings(stack_folder=folder, mode=Mode.EMBEDDED)
    # After a crash the server may need a moment to recover.
    files = await patiently("postgres", lambda: migrate(settings.need("database_admin_url")), 60)
    if settings.nexus:
        client = await patiently("temporal", lambda: connect_temporal(settings))
        await ensure_endpoint(client, ENDPOINT, nexus_queue_of(settings.task_queue))
    async with open_engine(settings, province=province) as engine:
        return files, await engine.publish_rules()
