"""An earlier release of the engine, unpacked beside this one: its worker and its gateway as processes of their own.

The code is kept as an archive in `tests/releases`, because a shallow clone has no history to take it from. Its
dependencies are those of the present release.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tarfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from domain.roles import Actor
from tests.support.waiting import WITHIN, until

RELEASES = Path(__file__).parent.parent / "releases"


@dataclass
class Gateway:
    """The gateway's process."""

    process: Process

    async def ask(self, order: str, given: Any) -> Any:
        """Its answer to an order; see `gateway_of_a_release`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({order: given}).encode() + b"\n")
        async with asyncio.timeout(WITHIN):
            line = await self.process.stdout.readline()
        assert line, "the gateway of the earlier release has ended"
        return json.loads(line)

    async def submit(self, submission: Mapping[str, Any]) -> str:
        """Files a dossier; its code."""
        answer = await self.ask("submit", submission)
        assert "dossier" in answer, answer
        return str(answer["dossier"])

    async def act(self, code: str, actor: Actor, command: Any) -> None:
        """Somebody acts. `command` is a model of this release whose form the earlier one knows too."""
        who = actor.model_dump(mode="json", include={"person", "role", "unit"})
        told = command.model_dump(mode="json", exclude_defaults=True) | {"kind": command.kind}
        answer = await self.ask("act", [code, {"command_id": str(uuid4()), "actor": who, "command": told}])
        assert "refused" not in answer, (code, answer)

    async def state(self, code: str) -> str:
        """The dossier's state in its register."""
        return str((await self.ask("dossier", code))["state"])


@dataclass
class PreviousRelease:
    """The unpacked release and the settings of its processes."""

    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def unpacked(cls, version: str, folder: Path, **settings: str) -> PreviousRelease:
        """Unpacks it into a new folder. `settings`: as `database_url`."""
        with tarfile.open(RELEASES / f"{version}.tar.xz") as archive:
            archive.extractall(folder, filter="data")
        given = {f"LUONGXANH_{name.upper()}": value for name, value in settings.items()}
        return cls(
            folder, {**os.environ, **given, "PYTHONPATH": str(folder), "LUONGXANH_STACK": str(folder / ".stack")}
        )

    @asynccontextmanager
    async def gateway(self) -> AsyncIterator[Gateway]:
        """Its gateway, until the end of the context."""
        process = await self._started(str(RELEASES / "gateway_of_a_release.py"), stdin=PIPE, stdout=PIPE)
        try:
            yield Gateway(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await _ended(process)

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[Path]:
        """Its worker, which asks for work, until the end of the context. Gives the file of its log."""
        ready, log = self.folder / f"ready-{uuid4().hex[:8]}", self.folder / f"worker-{uuid4().hex[:8]}.log"
        with log.open("wb") as out:
            process = await self._started("-m", "workers.worker", "--ready", str(ready), stderr=out, stdout=DEVNULL)
            try:
                await until(ready.exists, "the worker of the earlier release is ready")
                yield log
            finally:
                process.terminate()
                await _ended(process)

    async def _started(self, *arguments: str, **pipes: Any) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=self.folder, env=self.environment, **pipes
        )


async def _ended(process: Process) -> None:
    try:
        async with asyncio.timeout(WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
