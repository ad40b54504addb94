"""Tests that pm4py reads our event logs, and finds in them the process that is configured."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from activities.ledger.event_log import EventLog
from activities.ledger.pool import open_pool
from activities.ledger.search.query import ALL_DOSSIERS, Window
from activities.ledger.search.reader import Search
from domain.dossier.events import AnyEvent
from domain.dossier.state import State
from gateway.views.event_logs.formats import LogFormat
from gateway.views.event_logs.officers import Officers
from gateway.views.event_logs.writing import write_log
from tests.domain.dossier.test_properties import ENTERS_FROM
from tests.support.databases import Database
from tests.support.given import MONDAY
from tests.support.recorded_lives import lives, record_lives
from tests.support.small_province import PROCEDURES

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "build" / "conformance" / "bin" / "pm4py-is-there"
pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(not PYTHON.exists(), reason="pm4py is not installed: run `make conformance`"),
]


async def test_pm4py_finds_the_configured_process(database: Database, tmp_path: Path) -> None:
    """The counts are the ledger's, each pair of events that follow each other is one of the ledger's, and the states
    follow each other as the life cycle allows."""
    pool = await open_pool(database.url, 2)
    happened = await record_lives(pool, lives())
    paths = await written(EventLog(pool), tmp_path)
    await pool.close()
    conforms(read_back(paths), happened)
    plant(Path(paths[0]))
    with pytest.raises(AssertionError):
        conforms(read_back(paths), happened)


def plant(xes: Path) -> None:
    """Lets the first dossier be accepted before it was submitted."""
    text, names = xes.read_text(encoding="utf-8"), ('"dossier_submitted"', '"dossier_accepted"')
    trace = next(one for one in text.split("<trace>") if names[1] in one)
    swapped = trace.replace(names[0], '"–"', 1).replace(names[1], names[0], 1).replace('"–"', names[1], 1)
    xes.write_text(text.replace(trace, swapped), encoding="utf-8")


def conforms(found: Any, happened: dict[str, list[AnyEvent]]) -> None:
    """The process that was found is the ledger's, and the configured one."""
    size = {"events": sum(map(len, happened.values())), "dossiers": len(happened)}
    assert [found[form] for form in ("xes", "csv", "ocel2")] == [size] * 3
    kinds = [[event.kind for event in events] for events in happened.values()]
    assert found["starts"] == {"dossier_submitted": len(happened)}
    follows = Counter(pair for one in kinds for pair in pairwise(one))
    for form in ("follows", "ocel_follows"):
        assert {(first, then): count for first, then, count in found[form]} == follows, form
    assert found["variants"] == sorted(map(len, set(map(tuple, kinds))))
    for before, after in found["states"]:
        assert before == after or State(before) in ENTERS_FROM[State(after)], f"{before} → {after}"
    configured = {pair for one in PROCEDURES for pair in pairwise(step.code for step in one.steps)}
    assert found["steps"], "steps follow each other"
    assert {tuple(pair) for pair in found["steps"]} <= configured, "in the order of the procedure"
    assert found["fitness"] == 1.0, "the discovered net plays every dossier"


async def written(log: EventLog, folder: Path) -> list[str]:
    search = Search(scope=ALL_DOSSIERS, at=MONDAY)
    paths = []
    for form in (LogFormat.XES, LogFormat.OCEL2, LogFormat.CSV):
        paths.append(str(folder / f"log.{form.ending}"))
        with open(paths[-1], "xb") as file:
            await write_log(log.batches(search, Window()), form.writer(file, Officers()))
    return paths


def read_back(paths: list[str]) -> Any:
    ran = subprocess.run([PYTHON, ROOT / "tests/conformance/read_back.py", *paths], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout[ran.stdout.index("{") :])
