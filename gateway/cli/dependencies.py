"""The connections and folders that commands need.

The process passes them in; the gateway opens no connection itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # these take half a second to load, and `--help` needs none of them
    from temporalio.client import Client

    from activities.adapters.systems import Outside
    from activities.ledger.checkpoints.places import CheckpointPlaces
    from activities.ledger.pool import Pool
    from gateway.client import Engine
    from gateway.client.doctor.checks import Check


@dataclass(frozen=True)
class Dependencies:
    """Functions that open what a command needs, when it needs it."""

    open_engine: Callable[[], AbstractAsyncContextManager[Engine]]
    """PostgreSQL and Temporal, to submit and act. Raises DatabaseUnavailable, EngineUnavailable."""
    open_temporal: Callable[[], AbstractAsyncContextManager[Client]]
    """Temporal alone, to register search attributes. Raises EngineUnavailable."""
    open_ledger: Callable[[], AbstractAsyncContextManager[Pool]]
    """PostgreSQL alone, to read and verify. Raises DatabaseUnavailable."""
    province_folder: Callable[[], Path]
    """The folder of the province's configuration."""
    checkpoints: Callable[[], CheckpointPlaces]
    """The places of the ledger's checkpoints."""
    open_owner: Callable[[], AbstractAsyncContextManager[Pool | None]]
    """PostgreSQL as the owner of the tables, to try the guards; None when the settings have no such address."""
    owner_address: Callable[[], str]
    """The address for the owner of the database, who alone may change tables. Raises StackError `stack_not_running`."""
    open_doctor: Callable[[], AbstractAsyncContextManager[list[Check]]]
    """The checks of the whole installation, with the servers that answer."""
    open_outside: Callable[[], AbstractAsyncContextManager[Outside]]
    """The outside systems, to look something up. Raises SettingsError."""


_installed: ContextVar[Dependencies] = ContextVar("dependencies")


def install(dependencies: Dependencies) -> None:
    """Makes these the dependencies of every command that this process runs."""
    _installed.set(dependencies)


def dependencies() -> Dependencies:
    """The installed dependencies."""
    return _installed.get()
