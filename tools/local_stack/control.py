"""Starts, stops, shows and erases the embedded stack, for developers, demos and tests.

`up` starts the servers, migrates the schema, publishes the rules, then starts the processes. Each step can be repeated.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from activities.province import load_province
from domain.values import Strict
from tools.local_stack import Stack, StackStatus
from tools.local_stack.checkpoints import make_key
from tools.local_stack.components import COMPONENTS
from tools.local_stack.messages import Announce, to_standard_error
from workers.settings import Settings
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
    from tools.local_stack.preparing import prepare  # loads the whole engine, which the others do not need

    province = load_province(settings.province())
    folder = settings.stack_folder
    _stack(folder, announce, processes=False).up()
    make_key(folder)
    migrations, rules = asyncio.run(prepare(folder, province))
    status = _stack(folder, announce).up()
    return Started(status=status, migrations=tuple(migrations), rules_added=rules, province=province.name)


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
