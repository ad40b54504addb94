"""Tests that the stack starts, repairs itself, stops and is erased, whatever was killed before."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from tests.support.kept_ports import kept
from tests.support.waiting import wait_until
from tools.local_stack import OWNER_ROLE, ProcessSpec, Ready, Stack, StackError, processes, read_state
from tools.local_stack.messages import silently
from tools.local_stack.stack import temporary_folder
from tools.local_stack.status import Condition
from workers.settings import load_settings

pytestmark = pytest.mark.stack

ECHO = """
import http.server, os, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(os.environ["LUONGXANH_STACK"].encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
WRITE = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text('ready'); time.sleep(600)"

ECHO_SPEC = ProcessSpec(
    name="simulator", argv=("{python}", "-c", ECHO, "{port}"), ready=Ready.HTTP, url="http://127.0.0.1:{port}"
)
WRITE_SPEC = ProcessSpec(name="worker", argv=("{python}", "-c", WRITE, "{ready}"), ready=Ready.FILE)
BROKEN_SPEC = ProcessSpec(name="worker", argv=("{python}", "-c", "raise SystemExit('hỏng rồi')"), ready=Ready.FILE)


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as made:
        yield made
        Stack(made, announce=silently).reset()


def conditions(stack: Stack) -> dict[str, str]:
    return {component.name: component.condition for component in stack.status().components}


async def test_data_survives_down_and_up_and_ends_with_reset(folder: Path) -> None:
    """`down` keeps data and ports, `reset` erases both, and both work on a stack that was never started."""
    stack = Stack(folder, announce=silently)
    stack.down()
    stack.reset()
    assert stack.up().complete
    await tell(stack, "CREATE TABLE kept AS SELECT 42 AS answer")
    ports = {running.name: running.ports for running in read_state(folder).components}
    assert stack.down().components == ()
    with kept(port for of_one in ports.values() for port in of_one.values()):
        stack.up()
    assert {running.name: running.ports for running in read_state(folder).components} == ports
    await tell(stack, "SELECT answer FROM kept")
    stack.reset()
    assert sorted(path.name for path in folder.iterdir()) == ["stack.lock"]
    stack.up()
    with pytest.raises(asyncpg.UndefinedTableError):
        await tell(stack, "SELECT answer FROM kept")


async def tell(stack: Stack, statement: str) -> None:
    connection = await asyncpg.connect(stack.postgres_url(OWNER_ROLE))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def test_up_starts_again_only_what_has_died(folder: Path) -> None:
    """`status` shows a killed component, and `up` starts only that one."""
    stack = Stack(folder, processes=[ECHO_SPEC, WRITE_SPEC], announce=silently)
    stack.up()
    pids = {component.name: component.pid for component in stack.status().components}
    assert {component.name: component.pid for component in stack.up().components} == pids
    for name in ("postgres", "temporal", "simulator", "worker"):
        stack.kill(name)
        assert conditions(stack)[name] == Condition.DEAD
        assert not stack.status().complete
        healed = {component.name: component.pid for component in stack.up().components}
        assert {other for other, pid in healed.items() if pids[other] != pid} == {name}
        pids = healed


def test_two_commands_at_once_do_not_fight(folder: Path) -> None:
    """Of two `up` at once, one works and the other waits and says for what."""
    sentences: list[str] = []

    def up(_: int) -> list[int]:
        stack = Stack(folder, processes=[WRITE_SPEC], announce=lambda text: sentences.append(text.en))
        return [component.pid for component in stack.up().components]

    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(up, range(4))
    assert all(other == first for other in others)
    assert sentences.count("Starting Temporal …") == 1
    assert any("Another command" in sentence for sentence in sentences)


def test_two_stacks_at_once_share_nothing(folder: Path) -> None:
    """Two stacks at once have no common port or folder."""
    with Stack.temporary() as other:
        stack = Stack(folder, announce=silently)
        stack.up()
        ports = [
            {port for running in read_state(place).components for port in running.ports.values()}
            for place in (folder, other.folder)
        ]
        assert len(ports[0]) == len(ports[1]) == 4
        assert not ports[0] & ports[1]
        assert other.status().complete


def test_a_process_is_told_its_stack_and_found_by_its_address(folder: Path) -> None:
    """A process gets the folder in its environment, and its address is in the settings."""
    stack = Stack(folder, processes=[ECHO_SPEC.model_copy(update={"name": "api"})], announce=silently)
    stack.up()
    url = load_settings({}, folder).need("callback_url")
    with urllib.request.urlopen(url) as reply:
        assert reply.read().decode() == str(folder)


def test_a_component_that_does_not_come_up_says_why(folder: Path) -> None:
    """The error of a component has its name, its log and a remedy in both languages, and the others go on."""
    stack = Stack(folder, processes=[ECHO_SPEC, BROKEN_SPEC], announce=silently)
    with pytest.raises(StackError) as problem:
        stack.up()
    assert problem.value.code == "component_ended"
    for text in (problem.value.message.vi, problem.value.message.en):
        assert "worker" in text
        assert "hỏng rồi" in text
        assert "make up" in text
    assert conditions(stack) == {
        "postgres": Condition.RUNNING,
        "temporal": Condition.RUNNING,
        "simulator": Condition.RUNNING,
        "worker": Condition.DEAD,
    }
    repaired = Stack(folder, processes=[ECHO_SPEC, WRITE_SPEC], announce=silently)
    assert repaired.up().complete


def test_one_component_is_stopped_and_started_alone(folder: Path) -> None:
    """One component can be stopped and started alone, and an unknown name is refused."""
    stack = Stack(folder, processes=[WRITE_SPEC], announce=silently)
    stack.up()
    stack.stop("worker")
    assert "worker" not in conditions(stack)
    stack.start("worker")
    assert conditions(stack)["worker"] == Condition.RUNNING
    with pytest.raises(StackError, match=r"unknown_component.*postgres, temporal, worker"):
        stack.start("wroker")


def test_an_interrupted_start_leaves_no_process_that_nobody_knows(folder: Path) -> None:
    """An `up` that was killed has recorded its processes, and the next command uses them."""
    slow = "import time; time.sleep(600)"
    script = f"""
from pathlib import Path
from tools.local_stack import ProcessSpec, Ready, Stack
spec = ProcessSpec(name="worker", argv=("{{python}}", "-c", {slow!r}), ready=Ready.FILE)
Stack(Path({str(folder)!r}), processes=[spec]).up()
"""
    command = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL, cwd=Path.cwd())
    half_started = wait_until(lambda: read_state(folder).component("worker"), "the worker is on record")
    command.kill()
    command.wait()
    assert processes.is_alive(half_started.pid, half_started.birth)
    stack = Stack(folder, processes=[WRITE_SPEC], announce=silently)
    assert stack.up().complete
    assert not processes.is_alive(half_started.pid, half_started.birth)


def test_numbers_of_an_earlier_boot_are_not_taken_for_ours(folder: Path) -> None:
    """After a reboot the recorded numbers of other programs are not touched."""
    stack = Stack(folder, processes=[WRITE_SPEC], announce=silently)
    stack.up()
    stack.down()
    state = read_state(folder)
    stack.up()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    worker = stack.running("worker")
    stack.kill("worker")
    recorded = json.loads((folder / "state.json").read_text())
    for component in recorded["components"]:
        if component["name"] == "worker":
            component["pid"] = stranger.pid
    (folder / "state.json").write_text(json.dumps(recorded))
    assert conditions(stack)["worker"] == Condition.DEAD
    assert stack.up().complete
    stack.down()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    assert state.component("worker") is None
    assert worker.pid != stranger.pid


def test_processes_are_started_again_when_a_server_had_to_move(folder: Path) -> None:
    """When a server gets a new address, processes with the old one are started again."""
    stack = Stack(folder, processes=[WRITE_SPEC], announce=silently)
    stack.up()
    before = stack.running("worker").pid
    taken = stack.running("postgres").ports["sql"]
    stack.kill("postgres")
    with socket.create_server(("127.0.0.1", taken)):
        assert stack.up().complete
    assert stack.running("postgres").ports["sql"] != taken
    assert stack.running("worker").pid != before


def test_the_state_is_private_and_the_status_shows_no_password(folder: Path) -> None:
    """The state file is private, and the printed status has no password."""
    stack = Stack(folder, announce=silently)
    status = stack.up()
    assert (folder / "state.json").stat().st_mode & 0o077 == 0
    password = stack.postgres_url().split(":")[2].partition("@")[0]
    assert len(password) > 20
    assert password not in status.model_dump_json()
    assert "luongxanh_app@127.0.0.1" in status.model_dump_json()


def test_a_state_that_cannot_be_read_is_an_error_and_not_an_empty_stack(folder: Path) -> None:
    """An unreadable state stops every command before any change."""
    (folder / "state.json").write_text('{"components": [{"name"')
    for command in (Stack(folder).up, Stack(folder).down, Stack(folder).reset, Stack(folder).status):
        with pytest.raises(StackError, match="state_unreadable"):
            command()
    (folder / "state.json").unlink()


def test_a_temporary_stack_ends_with_its_owner_however_that_dies() -> None:
    """After `kill -9` of its owner a temporary stack leaves no server and no folder."""
    script = """
import sys, time
from tools.local_stack import Stack
with Stack.temporary(servers=["postgres"]) as stack:
    print(stack.folder, stack.running("postgres").pid, flush=True)
    time.sleep(600)
"""
    owner = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert owner.stdout is not None
    made, pid = owner.stdout.readline().split()
    born = processes.birth(int(pid))
    os.kill(owner.pid, signal.SIGKILL)
    owner.communicate()
    wait_until(lambda: not processes.is_alive(int(pid), born) and not Path(made).exists(), "server and folder are gone")
