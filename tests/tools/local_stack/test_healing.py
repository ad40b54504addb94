"""Tests that the next command works after a crash, a full disk or a lost file, and that no data ever has two
servers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.support.waiting import until
from tests.tools.local_stack.test_stack import ECHO_SPEC, WRITE_SPEC, conditions, tell
from tools.local_stack import Stack, processes, read_state
from tools.local_stack.messages import silently
from tools.local_stack.postgres import accepts_again
from tools.local_stack.processes import Part, parts_of
from tools.local_stack.stack import temporary_folder
from tools.local_stack.status import Condition

pytestmark = pytest.mark.stack


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as made:
        yield made
        Stack(made, announce=silently).reset()


def whole(folder: Path, announced: list[str] | None = None) -> Stack:
    """A stack of two servers and two processes."""
    sentences: list[str] = [] if announced is None else announced
    return Stack(folder, processes=[ECHO_SPEC, WRITE_SPEC], announce=lambda text: sentences.append(text.en))


def kill_everything(folder: Path) -> None:
    """Sends `kill -9` to every process of the stack, also PostgreSQL's children, in any order."""
    data = Stack(folder).running("postgres").data
    assert data is not None
    for pid in {part.pid for part in parts_of(folder)} | set(processes.working_in(data.resolve(), "postgres")):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def names(parts: list[Part]) -> list[str]:
    """The components that run, without PostgreSQL's children."""
    return sorted(part.name for part in parts if part.name != "postgres" or " -D " in processes.command_line(part.pid))


EVERY = ["postgres", "simulator", "temporal", "worker"]


async def test_up_follows_a_crash_at_once(folder: Path) -> None:
    """After all processes were killed, `up` works at once, although remnants of the server are still there."""
    whole(folder).up()
    await tell(Stack(folder), "CREATE TABLE kept AS SELECT 42 AS answer")
    for _ in range(4):
        kill_everything(folder)
        assert whole(folder).up().complete
        await tell(Stack(folder), "SELECT answer FROM kept")


async def test_a_server_that_ends_while_it_is_waited_for_is_started(folder: Path) -> None:
    """A server that was killed just before `up` looked is started again without a long wait."""
    stack = Stack(folder, servers=["postgres"], announce=silently)
    stack.up()
    running = stack.running("postgres")
    os.kill(running.pid, signal.SIGSTOP)
    waiting = asyncio.create_task(asyncio.to_thread(accepts_again, running))
    await until(is_asked, "somebody asks the server")
    assert not waiting.done()
    os.kill(running.pid, signal.SIGKILL)
    assert not await asyncio.wait_for(waiting, 20)
    stack.up()
    await tell(stack, "SELECT 1")


def is_asked() -> bool:
    """Whether a program started by this process asks a server whether it answers."""
    return "pg_isready" in map(name_of, psutil.Process().children(recursive=True))


def name_of(process: psutil.Process) -> str:
    """Its program; nothing when it has just ended."""
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


def is_gone(pid: int) -> bool:
    """Whether the parent has taken note that a child has ended."""
    return not psutil.pid_exists(pid)


async def test_a_server_that_has_lost_a_child_is_waited_for(folder: Path) -> None:
    """When PostgreSQL recovers after losing a child, `up` waits for it and starts no other."""
    stack = Stack(folder, servers=["postgres"], announce=silently)
    stack.up()
    running = stack.running("postgres")
    assert running.data is not None
    for _ in range(3):
        children = [pid for pid in processes.working_in(running.data.resolve(), "postgres") if pid != running.pid]
        os.kill(children[0], signal.SIGKILL)
        await until(partial(is_gone, children[0]), "the server has noticed it")
        stack.up()
        await tell(stack, "SELECT 1")
    assert stack.running("postgres").pid == running.pid


@pytest.mark.parametrize("content", ["", "\n", "no number\n"])
async def test_an_empty_lock_file_does_not_stop_the_start(content: str, folder: Path) -> None:
    """An empty lock file, as after a full disk, does not stop the start, although PostgreSQL itself refuses it."""
    stack = Stack(folder, servers=["postgres"], announce=silently)
    stack.up()
    data = stack.running("postgres").data
    assert data is not None
    stack.kill("postgres")
    (data / "postmaster.pid").write_text(content)
    assert stack.up().complete
    await tell(stack, "SELECT 1")


def test_a_stack_finds_its_processes_without_its_state(folder: Path) -> None:
    """When `state.json` was deleted, `up` ends the running processes first, and says so."""
    whole(folder).up()
    before = {running.pid for running in read_state(folder).components}
    (folder / "state.json").unlink()
    status = whole(folder).status()
    assert (status.running, status.complete, list(status.forgotten)) == (True, False, EVERY)
    announced: list[str] = []
    assert whole(folder, announced).up().complete
    assert names(parts_of(folder)) == EVERY
    assert not before & {part.pid for part in parts_of(folder)}
    assert sum("the state file no longer says so" in sentence for sentence in announced) == 4


@pytest.mark.parametrize("command", ["down", "reset"])
def test_what_the_state_does_not_know_is_stopped_all_the_same(command: str, folder: Path) -> None:
    """`down` also stops processes that are not in the state."""
    whole(folder).up()
    (folder / "state.json").unlink()
    assert names(parts_of(folder)) == EVERY
    getattr(Stack(folder, announce=silently), command)()
    assert parts_of(folder) == []


def test_a_state_put_back_from_a_copy_makes_no_second_server(folder: Path) -> None:
    """With an old copy of the state no second server is started."""
    whole(folder).up()
    copy = (folder / "state.json").read_text()
    whole(folder).down()
    whole(folder).up()
    (folder / "state.json").write_text(copy)
    assert whole(folder).up().complete
    assert names(parts_of(folder)) == EVERY


def test_another_stack_and_its_processes_are_left_alone(folder: Path) -> None:
    """Another stack is not touched, even when its folder's name begins the same."""
    near = folder.with_name(folder.name + "-2")
    near.mkdir()
    other = Stack(near, servers=(), processes=[WRITE_SPEC], announce=silently)
    try:
        other.up()
        Stack(folder, servers=(), processes=[WRITE_SPEC], announce=silently).up()
        (folder / "state.json").unlink()
        Stack(folder, announce=silently).down()
        assert conditions(other) == {"worker": Condition.RUNNING}
    finally:
        other.reset()
        subprocess.run(["rm", "-r", near])


def test_a_component_that_was_never_started_is_missed(folder: Path) -> None:
    """After an interrupted `up` the status shows the missing components."""
    Stack(folder, announce=silently).up()
    status = whole(folder).status()
    assert (status.complete, status.missing) == (False, ("simulator", "worker"))


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 400 MB that a test can fill."""
    with temporary_folder() as place:
        options = ["-t", "tmpfs", "-o", "size=400m,mode=0711", "tmpfs"]
        if subprocess.run(["mount", *options, place]).returncode != 0:
            pytest.skip("this machine lets nobody mount a file system")
        yield place
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="a file system can be mounted by root only")
async def test_a_full_disk_is_no_reason_to_go_on_running(small_disk: Path) -> None:
    """On a full disk `down` stops everything and says what it could not write; later `up` finds the data."""
    folder = small_disk / "stack"
    whole(folder).up()
    await tell(Stack(folder), "CREATE TABLE kept AS SELECT 42 AS answer")
    with (small_disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:  # without a buffer, whose rest would be written when the file is closed
            filler.write(b"x" * 65_536)
    announced: list[str] = []
    status = whole(folder, announced).down()
    assert not status.running
    assert parts_of(folder) == []
    assert any("free some space" in sentence for sentence in announced)
    (small_disk / "filler").unlink()
    assert whole(folder).up().complete
    await tell(Stack(folder), "SELECT answer FROM kept")
    whole(folder).reset()
