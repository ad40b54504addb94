"""The processor time of each process that takes part in a measurement."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import NamedTuple

import psutil
from pydantic import BaseModel, Field

from tools.benchmark.peers.peer import RESTATE_SERVER, Peer
from tools.local_stack import Stack

TICKS = os.sysconf("SC_CLK_TCK")


class ProcessorTime(BaseModel):
    """Processor time of the parts. `driver` is the process that sends the commands and measures.

    `worker` is the process that runs the dossiers of the measured side. `restate` is Restate's server, when its peer is
    measured, else None.
    """

    temporal: float
    postgres: float
    worker: float
    simulator: float
    driver: float
    restate: float | None = Field(default=None, exclude_if=lambda seconds: seconds is None)

    def __sub__(self, earlier: ProcessorTime) -> ProcessorTime:
        """The time used since `earlier`."""
        return ProcessorTime(**{name: value - getattr(earlier, name) for name, value in self._known})

    def times(self, factor: float) -> ProcessorTime:
        """The time multiplied by a factor, rounded to a hundredth."""
        return ProcessorTime(**{name: round(value * factor, 2) for name, value in self._known})

    @property
    def _known(self) -> list[tuple[str, float]]:
        return [(name, value) for name, value in self if value is not None]

    @property
    def total(self) -> float:
        """The time of all parts together."""
        return self.servers + self.worker + self.simulator + self.driver

    @property
    def servers(self) -> float:
        """The time of all servers together: Temporal, PostgreSQL, Restate."""
        return self.temporal + self.postgres + (self.restate or 0)


class Reading(NamedTuple):
    """Seconds of the loop's clock, and the processor time that our parts and the whole machine have used until then."""

    seconds: float
    used: ProcessorTime
    used_by_machine: float

    def since(self, earlier: Reading) -> Reading:
        """The seconds and the processor time between two readings."""
        return Reading(
            self.seconds - earlier.seconds, self.used - earlier.used, self.used_by_machine - earlier.used_by_machine
        )

    @property
    def used_by_others(self) -> float:
        """The processor time of all processes that are not ours."""
        return max(0.0, self.used_by_machine - self.used.total)

    def share(self, used: float) -> float:
        """Which share of the machine's processor time this is, from 0 to 1."""
        return round(used / self.seconds / (psutil.cpu_count() or 1), 3)


def read(stack: Stack, worker: str = "worker") -> Reading:
    """A reading now. `worker`: the process of the stack that runs the dossiers of the measured side."""
    return Reading(asyncio.get_running_loop().time(), used_so_far(stack, worker), used_by_machine())


def used_so_far(stack: Stack, worker: str = "worker") -> ProcessorTime:
    """Seconds of processor time that each part has used since its start."""

    def used(name: str) -> float:
        return seconds_of_tree(stack.running(name).pid)

    return ProcessorTime(
        temporal=used("temporal"),
        postgres=used("postgres"),
        worker=used(worker),
        simulator=used("simulator"),
        driver=time.process_time(),
        restate=used(RESTATE_SERVER) if worker == Peer.RESTATE else None,
    )


def used_by_machine() -> float:
    """Seconds of processor time that all processes of the machine have used since its start."""
    used = psutil.cpu_times()
    return float(used.user + used.system + used.nice + used.irq + used.softirq)


def seconds_of_tree(pid: int) -> float:
    """Seconds of a process and its children, with those that have ended. A child may end while we look."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICKS
    return own + sum(seconds_of_tree(int(child)) for child in children)
