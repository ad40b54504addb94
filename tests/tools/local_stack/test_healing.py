"""After a crash, a full disk or a lost file the next command finds its way: never two servers on the same data."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def whole(folder: Path, said: list[str] | None = None) -> Stack:
    """A stack of two servers and two processes."""
    heard: list[str] = [] if said is None else said
    return Stack(folder, processes=[ECHO_SPEC, WRITE_SPEC], announce=lambda text: heard.append(text.en))


def kill_everything(folder: Path) -> None:
    """`kill -9` of every process of the stack, PostgreSQL's children among them, in no order."""
    data = Stack(folder).running("postgres").data
    assert data is not None
    for pid in {part.pid for part in parts_of(folder)} | set(processes.working_in(data.resolve(), "postgres")):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def names(parts: list[Part]) -> list[str]:
    """The components that run, PostgreSQL's children left out."""
    return sorted(part.name for part in parts if part.name != "postgres" or " -D " in processes.command_line(part.pid))


EVERY = ["postgres", "simulator", "temporal", "worker"]


async def test_up_follows_a_crash_at_once(folder: Path) -> None:
    """Killed, all of it, and started again in the same moment: no remnant of a server is in the way of the next."""
    whole(folder).up()
    await tell(Stack(folder), "CREATE TABLE kept AS SELECT 42 AS answer")
    for _ in range(4):
        kill_everything(folder)
        assert whole(folder).up().complete
        await tell(Stack(folder), "SELECT answer FROM kept")


async def test_a_server_that_ends_while_it_is_waited_for_is_started(folder: Path) -> None:
    """Killed as `up` looked, it still seemed to run: whoever waits for it is told, and does not wait for a minute."""
    stack = Stack(folder, servers=["postgres"], announce=silently)
    stack.up()
    running = stack.running("postgres")
    os.kill(running.pid, signal.SIGSTOP)
    waiting = asyncio.create_task(asyncio.to_thread(accepts_again, running))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    os.kill(running.pid, signal.SIGKILL)
    assert not await asyncio.wait_for(waiting, 20)
    stack.up()
    await tell(stack, "SELECT 1")


async def test_a_server_that_has_lost_a_child_is_waited_for(folder: Path) -> None:
    """It ends every session and recovers; `up` returns when it answers again, and does not start another one."""
    stack = Stack(folder, servers=["postgres"], announce=silently)
    stack.up()
    running = stack.running("postgres")
    assert running.data is not None
    for _ in range(3):
        children = [pid for pid in processes.working_in(running.data.resolve(), "postgres") if pid != running.pid]
        os.kill(children[0], signal.SIGKILL)
        stack.up()
        await tell(stack, "SELECT 1")
    assert stack.running("postgres").pid == running.pid


@pytest.mark.parametrize("content", ["", "\n", "no number\n"])
async def test_an_empty_lock_file_does_not_stop_the_start(content: str, folder: Path) -> None:
    """As a full disk or a machine without power leaves it; PostgreSQL itself would refuse to start."""
    stack = Stack(folder, servers=["postgres"], announce=silently)
    stack.up()
    data = stack.running("postgres").data
    assert data is not None
    stack.kill("postgres")
    (data / "postmaster.pid").write_text(content)
    assert stack.up().complete
    await tell(stack, "SELECT 1")


def test_a_stack_finds_its_processes_without_its_state(folder: Path) -> None:
    """`state.json` was deleted while all of it ran: `up` ends what it finds before it starts anew, and says so."""
    whole(folder).up()
    before = {running.pid for running in read_state(folder).components}
    (folder / "state.json").unlink()
    status = whole(folder).status()
    assert (status.running, status.complete, list(status.forgotten)) == (True, False, EVERY)
    said: list[str] = []
    assert whole(folder, said).up().complete
    assert names(parts_of(folder)) == EVERY
    assert not before & {part.pid for part in parts_of(folder)}
    assert sum("the state file no longer says so" in sentence for sentence in said) == 4


@pytest.mark.parametrize("command", ["down", "reset"])
def test_what_the_state_does_not_know_is_stopped_all_the_same(command: str, folder: Path) -> None:
    """By a command that knows no more than the folder: no orphan is left."""
    whole(folder).up()
    (folder / "state.json").unlink()
    assert names(parts_of(folder)) == EVERY
    getattr(Stack(folder, announce=silently), command)()
    assert parts_of(folder) == []


def test_a_state_put_back_from_a_copy_makes_no_second_server(folder: Path) -> None:
    """Of an earlier run: what it names is gone, and what runs it does not name."""
    whole(folder).up()
    copy = (folder / "state.json").read_text()
    whole(folder).down()
    whole(folder).up()
    (folder / "state.json").write_text(copy)
    assert whole(folder).up().complete
    assert names(parts_of(folder)) == EVERY


def test_another_stack_and_its_processes_are_left_alone(folder: Path) -> None:
    """Also one whose folder's name begins alike."""
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
    """An `up` that was cut short after the servers is not a whole stack."""
    Stack(folder, announce=silently).up()
    status = whole(folder).status()
    assert (status.complete, status.missing) == (False, ("simulator", "worker"))


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 400 MB that can be filled."""
    with temporary_folder() as place:
        options = ["-t", "tmpfs", "-o", "size=400m,mode=0711", "tmpfs"]
        if subprocess.run(["mount", *options, place]).returncode != 0:
            pytest.skip("this machine lets nobody mount a file system")
        yield place
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="a file system can be mounted by root only")
async def test_a_full_disk_is_no_reason_to_go_on_running(small_disk: Path) -> None:
    """`down` stops everything and says what it could not write; once there is space, `up` finds the data."""
    folder = small_disk / "stack"
    whole(folder).up()
    await tell(Stack(folder), "CREATE TABLE kept AS SELECT 42 AS answer")
    with (small_disk / "filler").open("wb") as filler, contextlib.suppress(OSError):
        while True:
            filler.write(b"x" * 65_536)
            filler.flush()
    said: list[str] = []
    status = whole(folder, said).down()
    assert not status.running
    assert parts_of(folder) == []
    assert any("free some space" in sentence for sentence in said)
    (small_disk / "filler").unlink()
    assert whole(folder).up().complete
    await tell(Stack(folder), "SELECT answer FROM kept")
    whole(folder).reset()
