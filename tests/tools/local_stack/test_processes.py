"""Tests of processes, which are recognised by number and time of start; only started ones are ended."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.support.waiting import WITHIN
from tools.local_stack import processes
from tools.local_stack.errors import StackError
from tools.local_stack.messages import silently
from tools.local_stack.processes import Child, Program

SLEEP = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


def start(folder: Path, script: str) -> Child:
    argv = (sys.executable, "-c", script)
    return processes.start(Program(name="probe", argv=argv, log=folder / "probe.log", folder=folder))


def test_a_started_process_is_alive_until_it_is_ended(tmp_path: Path) -> None:
    """A process is alive from its start until `end` returns, and ending it twice is no error."""
    child = start(tmp_path, SLEEP)
    assert processes.is_alive(child.pid, child.birth)
    processes.end("probe", child.pid, child.birth, seconds=5, announce=silently)
    assert not processes.is_alive(child.pid, child.birth)
    processes.end("probe", child.pid, child.birth, seconds=5, announce=silently)


def test_a_dead_process_that_nobody_has_reaped_is_dead(tmp_path: Path) -> None:
    """A zombie process is not alive."""
    child = start(tmp_path, "pass")
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, but was not reaped
    assert not processes.is_alive(child.pid, child.birth)
    assert child.handle.poll() == 0


def test_a_stranger_with_the_same_number_is_neither_ours_nor_ended(tmp_path: Path) -> None:
    """Another program with a recorded number is not touched."""
    stranger = start(tmp_path, SLEEP)
    of_another_boot = "00000000-0000-0000-0000-000000000000/1"
    assert not processes.is_alive(stranger.pid, of_another_boot)
    processes.end("probe", stranger.pid, of_another_boot, seconds=1, announce=silently)
    assert processes.is_alive(stranger.pid, stranger.birth)
    processes.end("probe", stranger.pid, stranger.birth, seconds=5, announce=silently)


def test_what_ignores_the_gentle_signal_is_killed(tmp_path: Path) -> None:
    """A process that does not end in time is killed, and this is announced."""
    child = start(tmp_path, DEAF)
    processes.wait_until_ready(child, lambda: "deaf" in (tmp_path / "probe.log").read_text(), WITHIN)
    sentences: list[str] = []
    processes.end("probe", child.pid, child.birth, seconds=0.2, announce=lambda text: sentences.append(text.en))
    assert child.handle.wait() == -signal.SIGKILL
    assert sentences == ["probe did not end by itself in 0.2 seconds: killing it."]


def test_a_process_outlives_the_session_of_its_starter(tmp_path: Path) -> None:
    """A process has its own session, so Ctrl-C does not reach it."""
    child = start(tmp_path, "import os, time; print(os.getsid(0), flush=True); time.sleep(60)")
    log = tmp_path / "probe.log"
    processes.wait_until_ready(child, lambda: log.read_text().strip() == str(child.pid), WITHIN)
    processes.end("probe", child.pid, child.birth, seconds=5, announce=silently)


def test_a_start_that_fails_names_the_component_the_code_and_the_last_lines(tmp_path: Path) -> None:
    """A program that ends at its start is an error with its exit code and last lines, in two languages."""
    child = start(tmp_path, "import sys; sys.exit('không mở được cổng')")
    with pytest.raises(StackError, match="component_ended") as problem:
        processes.wait_until_ready(child, lambda: False, WITHIN)
    assert "probe" in problem.value.message.vi
    assert "không mở được cổng" in problem.value.message.vi
    assert "không mở được cổng" in problem.value.message.en
    assert problem.value.facts["exit_code"] == "1"


def test_only_this_start_is_quoted_and_not_an_earlier_one(tmp_path: Path) -> None:
    """The error of a start quotes only this start's part of the log."""
    (tmp_path / "probe.log").write_text("old trouble\n")
    child = start(tmp_path, "import sys; sys.exit('new trouble')")
    with pytest.raises(StackError) as problem:
        processes.wait_until_ready(child, lambda: False, WITHIN)
    assert "new trouble" in problem.value.message.en
    assert "old trouble" not in problem.value.message.en


def test_what_does_not_become_ready_in_time_is_ended(tmp_path: Path) -> None:
    """A start that takes too long is an error, and its process is ended."""
    child = start(tmp_path, SLEEP)
    with pytest.raises(StackError, match="component_not_ready"):
        processes.wait_until_ready(child, lambda: False, 0.1)
    assert not processes.is_alive(child.pid, child.birth)


def test_a_log_that_has_grown_too_large_is_put_aside(tmp_path: Path) -> None:
    """A log above the limit becomes `.log.old` at the next start."""
    with (tmp_path / "probe.log").open("wb") as log:
        log.truncate(processes.LOG_BYTES + 1)
    start(tmp_path, "pass").handle.wait()
    assert (tmp_path / "probe.log.old").stat().st_size == processes.LOG_BYTES + 1
    assert (tmp_path / "probe.log").stat().st_size == 0


def a_port_for_us_alone() -> int:
    """A free port that no other program is given by chance: below those that the system chooses from."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    return next(port for port in range(first - 1, 1_024, -1) if processes.free_port(port) == port)


def test_a_preferred_port_is_kept_if_free_and_given_up_if_taken() -> None:
    """A preferred port is used if it is free, else another one."""
    preferred = a_port_for_us_alone()
    assert processes.free_port(preferred) == preferred
    with socket.create_server(("127.0.0.1", preferred)):
        assert processes.free_port(preferred) != preferred


def test_ports_that_are_chosen_together_are_different() -> None:
    """No port is given twice: one of Temporal's three was also another one, and Temporal ended at its start."""
    assert len(set(processes.free_ports([None] * 400))) == 400
    preferred = processes.free_port()
    first, second = processes.free_ports([preferred, preferred])
    assert first == preferred != second


def test_a_port_lost_between_choice_and_start_is_chosen_again(tmp_path: Path) -> None:
    """When the chosen port was taken before the start, another is tried; other errors are not repeated."""
    listen = "import socket, sys; socket.create_server(('127.0.0.1', int(sys.argv[1])))"
    listen = f"try:\n {listen}\nexcept OSError as taken:\n sys.exit(f'{{taken}}' + '\\n a line of a trace' * 100)"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = iter([int(taken.getsockname()[1]), processes.free_port()])

        def attempt() -> int:
            argv = (sys.executable, "-c", listen, str(next(ports)))
            child = processes.start(Program(name="probe", argv=argv, log=tmp_path / "probe.log", folder=tmp_path))
            processes.wait_until_ready(child, lambda: child.handle.poll() == 0, WITHIN)
            return child.pid

        sentences: list[str] = []
        assert processes.on_a_free_port("probe", attempt, lambda text: sentences.append(text.en)) > 0
    assert sentences == ["Another program has just taken the port of probe: trying another one."]


def test_the_answer_of_another_program_at_the_port_is_not_the_answer_of_the_process(tmp_path: Path) -> None:
    """A process is ready when it listens itself, however early another program answers at its port."""
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = int(stranger.getsockname()[1])
        child = start(tmp_path, "import sys, time; time.sleep(0.2); sys.exit('address already in use')")
        with pytest.raises(StackError, match="component_ended"):
            processes.wait_until_ready(child, lambda: True, WITHIN, [port])


def test_a_process_that_listens_is_ready(tmp_path: Path) -> None:
    """A process that listens on its port is ready as soon as it answers."""
    port = processes.free_port()
    listen = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
    child = start(tmp_path, listen)
    processes.wait_until_ready(child, lambda: True, WITHIN, [port])
    socket.create_connection(("127.0.0.1", port)).close()
    processes.end("probe", child.pid, child.birth, seconds=5, announce=silently)


def test_the_command_line_of_a_process_is_known_while_it_exists(tmp_path: Path) -> None:
    """The command line of an ended process is empty and raises no error."""
    child = start(tmp_path, SLEEP)
    processes.wait_until_ready(child, lambda: SLEEP in processes.command_line(child.pid), WITHIN)
    child.handle.kill()
    child.handle.wait()
    assert processes.command_line(child.pid) == ""
    assert processes.birth(child.pid) == ""
