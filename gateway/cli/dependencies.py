"""What commands need of the outside, handed in by whoever wires: the gateway itself opens no connection."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # these take half a second to load, and `--help` needs none of them
    from temporalio.client import Client

    from activities.ledger.checkpoints.places import CheckpointPlaces
    from activities.ledger.pool import Pool
    from gateway.client import Engine


@dataclass(frozen=True)
class Dependencies:
    """Opened when a command needs them, and not before."""

    open_engine: Callable[[], AbstractAsyncContextManager[Engine]]
    """To submit and act: PostgreSQL and Temporal. Raises DatabaseUnavailable, EngineUnavailable."""
    open_temporal: Callable[[], AbstractAsyncContextManager[Client]]
    """Temporal alone, to prepare it. Raises EngineUnavailable."""
    open_ledger: Callable[[], AbstractAsyncContextManager[Pool]]
    """To read and verify: PostgreSQL alone. Raises DatabaseUnavailable."""
    province_folder: Callable[[], Path]
    """Where the province's configuration is."""
    checkpoints: Callable[[], CheckpointPlaces]
    """Where the checkpoints of the ledger are kept."""
    open_owner: Callable[[], AbstractAsyncContextManager[Pool | None]]
    """As the owner of the tables, to try the guards; None where the settings name no such address."""
    owner_address: Callable[[], str]
    """Where the database is for its owner, who alone may change it. Raises StackError `stack_not_running`."""


_installed: ContextVar[Dependencies] = ContextVar("dependencies")


def install(dependencies: Dependencies) -> None:
    """Makes these the dependencies of every command that this process runs."""
    _installed.set(dependencies)


def dependencies() -> Dependencies:
    """Those that were installed."""
    return _installed.get()
