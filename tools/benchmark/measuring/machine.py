"""On which machine, with which versions, and under which other load a measurement was made."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil
from pydantic import BaseModel
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client

from activities.ledger.pool import Pool
from workers.checkout import CHECKOUT


class Machine(BaseModel):
    """The machine. `usable_cores`: those that this process may use."""

    cores: int
    usable_cores: int
    cpu: str
    memory_mb: int
    system: str


class Versions(BaseModel):
    """The versions of what was measured. `commit` is None outside a git checkout; `+` says that files were changed."""

    python: str
    temporalio: str
    temporal: str
    postgres: str
    commit: str | None


def this_machine() -> Machine:
    """The machine on which this process runs."""
    return Machine(
        cores=psutil.cpu_count() or 1,
        usable_cores=len(os.sched_getaffinity(0)),
        cpu=_cpu_model(),
        memory_mb=psutil.virtual_memory().total // 2**20,
        system=f"{platform.system()} {platform.release()}",
    )


async def versions_of(client: Client, pool: Pool) -> Versions:
    """The versions of the servers, of Python and of the checkout."""
    system = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    return Versions(
        python=platform.python_version(),
        temporalio=version("temporalio"),
        temporal=system.server_version,
        postgres=str(await pool.fetchval("SELECT current_setting('server_version')")).split(" ")[0],
        commit=_commit(),
    )


def load() -> list[float]:
    """How many processes ran or waited for a core, on average over the last 1, 5 and 15 minutes."""
    return [round(average, 2) for average in os.getloadavg()]


def _cpu_model() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _commit() -> str | None:
    head, changed = _git("rev-parse", "--short=12", "HEAD"), _git("status", "--porcelain")
    return None if head is None else f"{head}{'+' if changed else ''}"


def _git(*arguments: str) -> str | None:
    """What git answers about the checkout. None without git, or outside a checkout."""
    try:
        answer = subprocess.run(  # noqa: S603  fixed arguments
            ["git", "-C", str(CHECKOUT), *arguments],  # noqa: S607  the git of the person who measures
            capture_output=True, text=True, check=True, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
