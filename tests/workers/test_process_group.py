"""Several worker processes under one parent, on servers of this module's own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from activities.ledger.migrations import migrate
from domain.dossier.commands import Accept
from gateway.client import ActRequest, Engine
from tests.support.command_line import run
from tests.support.engine_under_test import submission
from tests.support.given import CITIZEN, DESK
from tests.support.principals import principal_of
from tests.support.small_province import a_small_province
from tests.support.waiting import until, wait_until
from tools.local_stack import Stack
from tools.local_stack.components import SIMULATOR
from tools.local_stack.messages import silently
from workers.engine import open_engine
from workers.settings import load_settings
from workflows.search_attributes import SEARCH_ATTRIBUTES

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
async def folder() -> AsyncIterator[Path]:
    """The folder of a running stack: servers and simulator, and no worker."""
    with Stack.temporary(search_attributes=SEARCH_ATTRIBUTES) as servers:
        await migrate(load_settings({}, servers.folder).need("database_admin_url"))
        stack = Stack(servers.folder, processes=(SIMULATOR,), search_attributes=SEARCH_ATTRIBUTES, announce=silently)
        await asyncio.to_thread(stack.up)
        yield servers.folder
        await asyncio.to_thread(stack.down)


@asynccontextmanager
async def an_engine(folder: Path) -> AsyncIterator[Engine]:
    async with open_engine(load_settings({}, folder), province=a_small_province()) as engine:
        await engine.publish_rules()
        yield engine


@contextmanager
def two_processes(folder: Path, tmp_path: Path) -> Iterator[tuple[psutil.Process, Path]]:
    """`luongxanh worker --processes 2`, ready; at the end it is gone with everything that it started."""
    ready, log = tmp_path / "ready", tmp_path / "log"
    with log.open("wb") as stream:
        started = subprocess.Popen(
            [sys.executable, "-m", "workers", "worker", "--processes", "2", "--ready", str(ready)],
            env={**os.environ, "LUONGXANH_STACK": str(folder), "LUONGXANH_CALLBACK_URL": "http://127.0.0.1:9/callback"},
            stderr=stream,
        )
    parent = psutil.Process(started.pid)
    try:
        wait_until(lambda: ready.exists() or started.poll() is not None, "both processes are ready", 60)
        assert started.poll() is None, log.read_text()
        yield parent, log
    finally:
        family = [*parent.children(recursive=True), parent] if parent.is_running() else []
        for one in family:
            one.kill()
        started.wait()


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if is_alive(one)]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it has ended between the two questions
        return False


async def test_one_that_dies_is_started_again(folder: Path, tmp_path: Path) -> None:
    """Also one that dies while it starts, as where memory runs out. It takes no other one with it, and dossiers go on
    meanwhile. SIGTERM ends all of them, and the parent with 0."""
    with two_processes(folder, tmp_path) as (parent, log):
        first, second = parent.children()

        async def beside(known: psutil.Process) -> psutil.Process:
            return await until(
                lambda: next((one for one in alive(parent.children()) if one not in (second, known)), None),
                "another process has taken its place",
            )

        async with an_engine(folder) as engine:
            code = (await engine.submit(principal_of(CITIZEN), submission())).dossier
            first.kill()
            starting = await beside(first)
            starting.kill()
            act = ActRequest(command_id=uuid4(), actor=DESK, command=Accept())
            assert (await engine.act(principal_of(DESK), code, act)).version > 1
            await beside(starting)
        assert alive([parent, second]) == [parent, second]
        children = parent.children()
        assert len(alive(children)) == 2
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(40) == 0
        assert alive(children) == []
        said = log.read_text()
        assert said.count('"worker_process_ended"') == 2
        assert said.replace(" ", "").count('"exit_code":-9') == 2


async def test_they_end_with_a_parent_that_was_killed(folder: Path, tmp_path: Path) -> None:
    """No process lives on that nobody sees."""
    with two_processes(folder, tmp_path) as (parent, _):
        children = parent.children()
        parent.kill()
        await until(lambda: not alive(children), "the processes have ended too")


@pytest.mark.parametrize("processes", ["0", "65", "-1"])
def test_a_number_of_processes_out_of_range_is_refused(processes: str) -> None:
    """The command says which numbers are allowed."""
    said = run("worker", "--processes", processes)
    assert said.code == 2
    assert "out_of_range" in said.err
    assert "64" in said.err
