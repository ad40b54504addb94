"""Tests of `make demo` as a person starts it, at small size, twice at once."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.support.command_line import CHECKOUT, TOOLS
from tools.demo.page import show
from tools.demo.report import Report
from tools.demo.stories import STORY_SETUPS

pytestmark = [pytest.mark.stack, pytest.mark.slow]

EACH_STORY_ONCE = len(STORY_SETUPS)
SECONDS = 600
"""After which a demo does not end. Two at once need a minute where nothing else runs."""
WIDTH = 100


def started(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    """Starts the command as its own process, with its temporary folders below `folder`."""
    return subprocess.Popen(
        [*TOOLS, "demo", *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def open_folder() -> Any:
    """A short path that PostgreSQL's account may pass through."""
    with tempfile.TemporaryDirectory(prefix="lx-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def both(open_folder: Path) -> tuple[dict[str, Any], str]:
    """Two demos at once: the JSON of one, the page of the other."""
    machine = started("--json", "--dossiers", str(EACH_STORY_ONCE), folder=open_folder)
    person = started("--dossiers", "12", "--seed", "7", folder=open_folder)
    answered, errors = machine.communicate(timeout=SECONDS)
    page, told_too = person.communicate(timeout=SECONDS)
    assert machine.returncode == 0, errors + answered[-2_000:]
    assert person.returncode == 0, told_too + page[-2_000:]
    report: dict[str, Any] = json.loads(answered)
    return report, page


def test_two_demos_at_once_both_end_well(both: tuple[dict[str, Any], str], open_folder: Path) -> None:
    """Two demos at once do not disturb each other and leave nothing behind."""
    report, page = both
    assert report["sound"] is True
    assert "ĐẠT" in page
    assert list(open_folder.iterdir()) == []


def test_the_figures_agree(both: tuple[dict[str, Any], str]) -> None:
    """Received is the sum of the states, accepted the total of each clock, and the amounts add up."""
    report, _ = both
    assert report["failures"] == []
    assert report["size"]["received"] == EACH_STORY_ONCE == sum(one["dossiers"] for one in report["states"])
    for one in report["clocks"]:
        assert sum(value for name, value in one.items() if name != "clock") == report["size"]["accepted"]
    money = report["money"]
    assert money["asked"] == money["paid_online"] + money["paid_at_desk"] + money["awaited"] + money["lapsed"]
    assert money["platform_received"] - money["platform_refunded"] == money["paid_online"]
    assert [check["what"]["en"] for check in report["checks"] if not check["holds"]] == []


def test_every_turn_is_taken(both: tuple[dict[str, Any], str]) -> None:
    """The day has supplements, refusals, withdrawals, refunds, escalations, and all states of the portal."""
    report, _ = both
    assert {one["portal_code"] for one in report["states"]} == set(range(1, 11))
    assert {"submitted", "suspended", "stopped"} <= {one["state"] for one in report["states"]}
    turns = {
        "supplement_received", "dossier_refused", "dossier_withdrawn", "refunded", "payment_mismatched",
        "payment_expired", "step_sent_back", "result_rejected", "opinion_given", "deadline_extended",
        "deadline_warned", "dossier_escalated", "entry_corrected", "signing_handed_over", "dossier_rated",
        "handover_acknowledged", "handover_refused",
    }  # fmt: skip
    assert turns <= set(report["happened"])
    assert report["size"]["brought_over"] > 0
    assert any(one["fired"] for one in report["rungs"])


def test_the_two_failures_make_nobody_late(both: tuple[dict[str, Any], str]) -> None:
    """A registry that is down and a token that fails both happen, and make no dossier late."""
    report, _ = both
    registry = next(one for one in report["registry_case"] if one["registry"] == "residence")
    assert registry["dossiers"] == registry["registered_since"] > 0
    assert registry["returned"] > 0
    token = next(one for one in report["signing_case"] if one["unit"] == "13366")
    assert token["dossiers"] == token["resolved"] > 0
    assert registry["made_late"] == token["made_late"] == 0


def test_what_it_costs_is_measured(both: tuple[dict[str, Any], str]) -> None:
    """Events and bytes are read from Temporal, for every dossier of the sample."""
    history = both[0]["history"]
    assert history["sample"] == EACH_STORY_ONCE
    assert 10 < history["temporal_events"]["median"] <= history["temporal_events"]["largest"]
    assert history["temporal_bytes"]["median"] > 1_000


def test_the_page_fits_100_columns(both: tuple[dict[str, Any], str]) -> None:
    """The page is at most 100 columns wide and has the whole story."""
    data, page = both
    report = Report.model_validate(data)
    console = Console(file=io.StringIO(), width=WIDTH, markup=False, highlight=False, emoji=False)
    show(report, console)
    assert isinstance(console.file, io.StringIO)
    drawn = console.file.getvalue()
    assert max(len(line) for line in (*page.splitlines(), *drawn.splitlines())) <= WIDTH
    assert report.story is not None
    assert report.story.dossier in drawn
    assert drawn.count(f"{report.story.lines[0].at:%H:%M:%S}") >= 1


@pytest.mark.parametrize("said", ["PostgreSQL", "of 40 dossiers done"], ids=["while_it_starts", "while_it_plays"])
def test_an_interrupted_demo_leaves_nothing_behind(said: str, open_folder: Path) -> None:
    """After Ctrl-C at the start or during the day, no server and no file is left."""
    demo = started("--dossiers", "40", folder=open_folder)
    assert demo.stderr is not None
    assert any(said in line for line in demo.stderr)  # read until it is said
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=60)
    assert demo.returncode not in (0, None)
    assert list(open_folder.iterdir()) == []
    assert processes_below(open_folder) == []


def processes_below(folder: Path) -> list[str]:
    """The command lines of processes that name the folder."""
    lines = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = place.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except (FileNotFoundError, ProcessLookupError):
            continue  # the process has just ended
        if str(folder) in line:
            lines.append(line)
    return lines
