"""Histories are replayed by several processes: in order, told one by one, and broken off cleanly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from temporalio.testing import WorkflowEnvironment

from tests.histories import corpus
from tests.support.command_line import Ran, run
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.waiting import WITHIN, until, wait_until
from tools.local_stack.processes import command_line
from workers import replay_process
from workers.histories import histories_in, histories_of, listed
from workers.kept_histories import KeptHistory, Replayed
from workers.replaying import BATCH, BATCHES_AHEAD, ReplayError, ReplayProcesses
from workflows import rules_in_force

STARTED_WITHIN = 240.0
"""Seconds in which three new Python processes have loaded the product and begun to replay. It takes seconds on a free
machine, and took 100 beside twenty busy processes on two cores."""
STRAIGHT = corpus.file_of("straight_through")
WITHDRAWN = corpus.file_of("withdrawn")


async def replayed(histories: AsyncIterator[KeptHistory], processes: int = 2) -> list[Replayed]:
    results: list[Replayed] = []
    with ReplayProcesses(processes, corpus.rules()) as replaying:
        await replaying.replay(histories, results.append)
    return results


def run_replay(*arguments: str | Path) -> Ran:
    return run("ops", "replay", *map(str, arguments))


async def test_the_results_come_in_the_order_of_the_histories() -> None:
    """Each history has one result, whichever process replayed it. There are more batches than wait or run at once."""
    files = sorted(corpus.recorded(), key=lambda file: file.stat().st_size)[:9] * (BATCH * BATCHES_AHEAD * 2 // 9 + 1)
    assert len(files) > BATCH * BATCHES_AHEAD * 2
    results = await replayed(histories_in(files))
    assert [result.workflow for result in results] == [file.stem for file in files]
    assert [result.failure for result in results] == [None] * len(files)
    events = json.loads(files[0].read_text(encoding="utf-8"))["events"]
    assert (results[0].run, results[0].events) == (
        events[0]["workflowExecutionStartedEventAttributes"]["originalExecutionRunId"], len(events)
    )  # fmt: skip


def test_a_replayer_has_a_build_of_its_own() -> None:
    """Without one the SDK reads the code of every loaded module to name the build: 0.3 s of CPU in each process."""
    for made in (replay_process.replayer(), replay_process.quick_replayer()):
        assert made.config()["build_id"] == replay_process.BUILD


async def test_a_file_that_is_no_history_is_told_in_its_place(tmp_path: Path) -> None:
    """What cannot be read was not checked, so it counts as a failure, and the others are replayed all the same."""
    straight = STRAIGHT.read_text(encoding="utf-8")
    written = {
        "no-start": '{"events": [{"eventId": "1", "eventType": "EVENT_TYPE_TIMER_FIRED"}]}',
        "list": "[]",
        "cut": straight[: len(straight) // 2],
        "gap": json.dumps({"events": [one for one in json.loads(straight)["events"] if one["eventId"] != "5"]}),
        "other": straight.replace('"name": "Dossier"', '"name": "Invoice"'),
    }
    for name, text in written.items():
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    others = [tmp_path / f"{name}.json" for name in (*written, "absent")]
    results = await replayed(histories_in([STRAIGHT, *others, WITHDRAWN]))
    assert [result.workflow for result in results] == [STRAIGHT.stem, *written, "absent", WITHDRAWN.stem]
    assert [result.failure and result.failure.code.value for result in results] == [
        None, "not_a_history", "not_a_history", "truncated_history", "truncated_history", "other_workflow",
        "history_unreadable", None,
    ]  # fmt: skip


def test_a_pipe_a_device_and_a_file_that_is_not_there_are_told_at_once(tmp_path: Path) -> None:
    """A pipe would be waited for, and a device never ends. Of a missing file nobody says that it is no history."""
    os.mkfifo(tmp_path / "pipe.json")
    named = [tmp_path / "pipe.json", Path("/dev/zero"), tmp_path / "absent.json"]
    said = run_replay(*named, "--rules", corpus.RULES, "--processes", "1", "--json")
    assert said.code == 1, said.err
    told = [(one["code"], one["problem"], one["remedy"]["code"]) for one in said.value["failures"]]
    not_regular = ("history_not_regular", "it is no regular file", "name_a_file")
    assert told == [not_regular, not_regular, ("history_unreadable", "No such file or directory", "name_a_file")]
    assert "it is no regular file" in run_replay(STRAIGHT, "--rules", tmp_path / "pipe.json").err


def test_a_history_that_does_not_replay_is_named_with_its_run_and_the_reason(tmp_path: Path) -> None:
    """Without its rules a dossier cannot decide: the command says so and ends with 1."""
    rules = tmp_path / "rules.json"
    rules.write_text("[]", encoding="utf-8")
    woken = corpus.file_of("woken_to_be_rated")
    said = run_replay(woken, "--rules", rules, "--processes", "1", "--json")
    assert said.code == 1
    answer = said.value
    assert answer["histories"] == 1
    [failure] = answer["failures"]
    assert failure["workflow"] == woken.stem
    assert failure["run"] in woken.read_text(encoding="utf-8")
    assert failure["problem"].startswith("unknown_rule: ")
    assert (failure["code"], failure["remedy"]["code"]) == ("task_fails", "publish_the_rules")
    assert failure["difference"]["asked_at"]["file"].startswith(("domain/", "workflows/"))
    assert failure["run"] in run_replay(woken, "--rules", rules, "--processes", "1").out


def test_a_folder_is_replayed_with_its_rules(tmp_path: Path) -> None:
    """The file of the rules is no history. The command ends with 0 when all replay, and with 2 when there is none."""
    said = run_replay(corpus.FOLDER, "--rules", corpus.RULES, "--json", "--limit", "3")
    assert said.code == 0, said.err
    assert said.value["histories"] == 3
    assert "no_histories" in run_replay(tmp_path, "--rules", corpus.RULES).err
    assert "not_rules" in run_replay(STRAIGHT, "--rules", WITHDRAWN).err
    assert "out_of_range" in run_replay(STRAIGHT, "--processes", "0").err


async def test_a_process_that_dies_is_an_error() -> None:
    """The replay neither hangs nor counts what was not checked."""
    results: list[Replayed] = []

    async def endless() -> AsyncIterator[KeptHistory]:
        killed = False
        while True:
            if len(results) >= BATCH and not killed:
                killed = True
                newest = max(replaying_processes(psutil.Process()), key=lambda process: process.create_time())
                newest.kill()
            yield KeptHistory("straight", STRAIGHT)

    with ReplayProcesses(2, corpus.rules()) as replaying, pytest.raises(ReplayError) as died:
        await replaying.replay(endless(), results.append)
    assert died.value.code == "replay_process_died"
    assert not replaying_processes(psutil.Process())


def replaying_processes(parent: psutil.Process) -> list[psutil.Process]:
    """The processes of a pool. Python's resource tracker is a child as well, and so is what another test left ended."""
    return [child for child in parent.children() if "spawn_main" in command_line(child.pid)]


@contextmanager
def a_long_replay() -> Iterator[tuple[psutil.Process, list[psutil.Process]]]:
    """`luongxanh ops replay` of many histories with two processes, while it runs; at the end everything is gone."""
    asked = [sys.executable, "-m", "workers", "ops", "replay", *[str(STRAIGHT)] * 2_000]
    started = subprocess.Popen(
        [*asked, "--rules", str(corpus.RULES), "--processes", "2"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    parent = psutil.Process(started.pid)
    family: list[psutil.Process] = []
    try:
        family = wait_until(lambda: two_busy(replaying_processes(parent)), "both processes replay", STARTED_WITHIN)
        yield parent, family
    finally:
        for process in (parent, *family):
            if process.is_running():
                process.kill()
        started.communicate()


def two_busy(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Both processes when they replay: Temporal's runtime has threads then. While they start they have at most four."""
    busy = [process for process in processes if process.num_threads() > 5]
    return busy if len(busy) == 2 else []


def alive(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


async def test_ctrl_c_ends_all_processes() -> None:
    """The command ends as one that was interrupted, within seconds, and leaves no process."""
    with a_long_replay() as (parent, family):
        parent.send_signal(signal.SIGINT)
        assert parent.wait(WITHIN) == 130
        assert alive(family) == []


async def test_no_process_outlives_a_parent_that_was_killed() -> None:
    """Nobody would see it."""
    with a_long_replay() as (parent, family):
        parent.kill()
        await until(lambda: not alive(family), "the processes have ended too")


@pytest.fixture
async def harness(database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    """Everything up, for one test."""
    async with open_engine_harness(database, temporal_env) as opened:
        yield opened


@pytest.mark.stack
async def test_the_history_of_an_open_dossier_is_replayed(harness: EngineHarness) -> None:
    """It is taken from Temporal while the dossier waits, and replays under the published rules."""
    code, absent = (await harness.submit()).dossier, list[str]()

    async def its_history() -> list[KeptHistory]:
        client = harness.env.client
        found = [one async for one in histories_of(client, listed(client), absent.append)]
        return [one for one in found if one.workflow == code]

    kept = await until(its_history, "Temporal lists the dossier")

    async def histories() -> AsyncIterator[KeptHistory]:
        for one in kept:
            yield one

    results: list[Replayed] = []
    with ReplayProcesses(1, tuple(rules_in_force.rulebook().stored())) as replaying:
        await replaying.replay(histories(), results.append)
    assert [(result.workflow, result.run, result.failure) for result in results] == [
        (code, await harness.run_of(code), None)
    ]
