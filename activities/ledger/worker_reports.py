"""What a worker tells about its calls to outside systems and the settings that are in force in it."""

from __future__ import annotations

from pydantic import Field

from domain.values import Bilingual, Instant, Value


class SystemUse(Value):
    """The calls of one process to one system, of one kind (quick or patient)."""

    state: str
    """Of the breaker: closed, open, half_open."""
    since: Instant | None = None
    """When the breaker left the closed state; None: it is closed."""
    order: int | None = None
    """The number of the operator's order that this process obeys."""
    running: int = 0
    waiting: int = 0
    """Calls that wait for a place or for their turn."""
    places: int = 0
    """How many calls may run at once."""
    per_second: float | None = None
    """How many calls a second all processes together may make; None: no limit."""
    turns: int = 0
    """How many calls had a turn within that pace, since the process began."""
    leases: int = 0
    """How often the ledger was asked for turns, since the process began."""
    calls: int = 0
    failures: int = 0
    """Both of the last five minutes."""
    succeeded_at: Instant | None = None
    failed_at: Instant | None = None
    failure: str = ""
    """The code of the last failure."""


class SettingsInForce(Value):
    """The file of outside systems, as a process uses it."""

    version: str = ""
    """A short name of the content. It is the same in every process that read the same content."""
    since: Instant | None = None
    refused: str | None = None
    """The version of the file on disk, if it was refused. The one before stays in force."""
    because: Bilingual | None = None
    """Why it was refused."""


class WorkerReport(Value):
    """Everything that one process tells. An older release tells nothing of it."""

    settings: SettingsInForce = SettingsInForce()
    systems: dict[str, dict[str, SystemUse]] = Field(default_factory=dict)
    """By kind of calls (quick, patient), then by system."""
