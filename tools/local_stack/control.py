"""Starts, stops, shows and erases the embedded stack, for developers, demos and tests.

`up` starts the servers, migrates the schema, publishes the rules, then starts the processes. Each step can be repeated.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from activities.ledger.migrations import migrate
from activities.province import load_province
from domain.rules.province import Province
from domain.values import Strict
from gateway.nexus.service import nexus_queue_of
from tools.local_stack import Stack, StackStatus
from tools.local_stack.checkpoints import make_key
from tools.local_stack.components import COMPONENTS
from tools.local_stack.messages import Announce, to_standard_error
from tools.local_stack.nexus_endpoint import ENDPOINT, ensure_endpoint
from workers.connections import connect_temporal, patiently
from workers.engine import open_engine
from workers.settings import Mode, Settings, load_settings
from workflows.search_attributes import SEARCH_ATTRIBUTES


class Started(Strict):
    """What `up` did: the status of the stack, the migrations that ran now, and how many rules are new."""

    status: StackStatus
    migrations: tuple[str, ...]
    rules_added: int
    province: str


def up(settings: Settings, *, announce: Announce = to_standard_error) -> Started:
    """Starts everything in `settings.stack_folder` that does not run yet. It is safe to repeat.

    Raises ConfigurationErrors before anything starts, StackError, and the errors of `migrate`.
    """
    province = load_province(settings.province())
    folder = settings.stack_folder
    _stack(folder, announce, processes=False).up()
    make_key(folder)
    migrations, rules = asyncio.run(prepare(folder, province))
    status = _stack(folder, announce).up()
    return Started(status=status, migrations=tuple(migrations), rules_added=rules, province=province.name)


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


def down(folder: Path, *, announce: Announce = to_standard_error) -> StackStatus:
    """Stops everything and keeps the data. Returns the status afterwards."""
    return _stack(folder, announce).down()


def status(folder: Path) -> StackStatus:
    """Which components run now."""
    return _stack(folder, to_standard_error).status()


def reset(folder: Path, *, announce: Announce = to_standard_error) -> None:
    """Stops everything and erases its data."""
    _stack(folder, announce).reset()


def _stack(folder: Path, announce: Announce, *, processes: bool = True) -> Stack:
    return Stack(
        folder,
        processes=COMPONENTS if processes else (),
        search_attributes=SEARCH_ATTRIBUTES,
        announce=announce,
    )
