"""A history that does not replay is told with the first event that differs, the code that asked, and the remedy."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from domain.dossier.revision import CURRENT, Revision
from domain.errors import InvalidInput
from domain.rules.rulebook import Rulebook
from tests.histories import corpus, gate
from tests.workflows import broken_dossier_workflows as broken
from workers import replay_process
from workers.checkout import CHECKOUT
from workers.histories import Listed, histories_in
from workers.kept_histories import Failure, KeptHistory, Replayed
from workers.replay_choice import Sample
from workers.replay_process import How
from workers.replay_release import TAKEN, release
from workers.replaying import ReplayError, ReplayProcesses
from workflows import dossier, rules_in_force
from workflows.ledger_calls import LedgerCalls

STRAIGHT = corpus.file_of("straight_through")
RESTARTED = corpus.file_of("set_back_while_an_entry_was_under_way")


@pytest.fixture(scope="module", autouse=True)
def _rules_of_the_histories() -> None:
    rules_in_force.install(rules_in_force.rulebook().adding(*corpus.rules()))


def failure_of(file: Path, how: How) -> Failure:
    """Why the history does not replay on this dossier workflow."""
    [result] = replay_process.replay([KeptHistory(file.stem, file)], how)
    assert result.failure is not None
    return result.failure


def line_of(module: str, text: str) -> int:
    """The number of the line in a module of the checkout that has this text."""
    lines = (CHECKOUT / module).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.mark.parametrize("sandboxed", [False, True], ids=["quick", "in the sandbox"])
def test_what_the_code_asks_for_beyond_the_history_is_named_with_its_line(sandboxed: bool) -> None:
    """Temporal's own text has neither the event nor the place: "Missing associated machine"."""
    failure = failure_of(STRAIGHT, How(sandboxed, broken.WithOneTimerMore))
    difference = failure.difference
    assert difference is not None
    assert failure.code == "does_not_replay"
    assert (difference.recorded, difference.wanted) == ("MarkerRecorded ledger.append", "TimerStarted 0.01 s")
    place = difference.asked_at
    module = "tests/workflows/broken_dossier_workflows.py"
    assert place is not None
    assert (place.file, place.function) == (module, "write_down")
    assert place.line == line_of(module, "await workflow.sleep(0.01)")
    assert difference.event is not None
    events = json.loads(STRAIGHT.read_text(encoding="utf-8"))["events"]
    assert events[difference.event - 1]["eventType"] == "EVENT_TYPE_MARKER_RECORDED"
    assert "MissingAssociated" not in failure.words.en
    assert f"Event {difference.event}: the history has MarkerRecorded ledger.append" in failure.words.en
    assert f"Sự kiện {difference.event}: lịch sử có MarkerRecorded ledger.append" in failure.words.vi


def test_what_the_history_has_and_the_code_does_not_ask_for_is_named() -> None:
    """The code goes on to something else; that is named with the function that began it."""
    failure = failure_of(STRAIGHT, How(dossier=broken.WithoutEntries))
    assert failure.difference is not None
    assert failure.difference.recorded == "MarkerRecorded ledger.append"
    assert failure.difference.wanted == "WorkflowExecutionUpdateCompleted"
    assert str(failure.difference.asked_at).startswith("workflows/dossier.py:")
    look = failure_of(RESTARTED, How(dossier=broken.WithOneLookLess))
    assert look.difference is not None
    assert look.difference.recorded == "TimerStarted 600 s"
    assert f"(id: {look.difference.event}, TimerStarted)" in look.said


def test_a_timer_that_was_taken_for_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporal compares the numbers of timers only, so it fails at a later one: that is not the first that differs."""
    monkeypatch.setattr(dossier, "LOOKS_BACK", ())
    file = corpus.file_of("restarted_while_an_entry_was_under_way", Revision.FOURTH)
    failure = failure_of(file, How())
    assert failure.difference is not None
    assert failure.difference.recorded == "TimerStarted 10 s"
    assert failure.difference.wanted is not None
    assert failure.difference.wanted.startswith("TimerStarted ")
    assert failure.difference.asked_at is not None
    assert failure.difference.asked_at.function == "_ring_at"
    later = re.search(r"id: (\d+), TimerStarted", failure.said)
    assert later is not None
    assert failure.difference.event is not None
    assert failure.difference.event < int(later[1])


def test_the_remedy_is_the_revision_that_the_change_needs() -> None:
    """A run keeps its revision; so the change is for runs of the next one, which may have to be added."""
    for revision in (Revision.THIRD, CURRENT):
        file = corpus.file_of("set_back_while_an_entry_was_under_way", revision)
        failure = failure_of(file, How(dossier=broken.WithOneLookLess))
        assert failure.remedy == "keep_the_old_path"
        assert f"revision >= {revision + 1}" in failure.remedy_words.en


@pytest.mark.parametrize("story", ["straight_through", "set_back_by_operators"])
def test_a_rule_that_is_not_known_is_no_change_of_the_code(story: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code refuses the act and reads the ledger, or ends: the history has neither. The remedy is to name the rules,
    not to keep an old path."""
    monkeypatch.setattr(rules_in_force, "_rulebook", Rulebook())
    failure = failure_of(corpus.file_of(story), How())
    assert (failure.code, failure.remedy) == ("task_fails", "publish_the_rules")
    assert failure.said.startswith("unknown_rule: No procedure rule has the hash ")
    assert failure.difference is not None
    assert failure.difference.asked_at is not None
    assert failure.difference.asked_at.file == "domain/rules/rulebook.py"
    assert failure.difference.event is not None


class Spinning(LedgerCalls):
    """Never comes back."""

    async def write_down(self, request: object) -> object:  # type: ignore[override]
        """Runs for ever."""
        while True:
            sum(range(1_000))


def test_code_that_does_not_come_back_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs in the process's own thread, where the SDK does not watch it. The next history is replayed after it."""
    monkeypatch.setattr(replay_process, "PATIENCE", 0.3)
    monkeypatch.setattr(broken.WithoutEntries, "ledger_calls", Spinning)
    failure = failure_of(STRAIGHT, How(dossier=broken.WithoutEntries))
    assert failure.code == "does_not_come_back"
    [whole] = replay_process.replay([KeptHistory(STRAIGHT.stem, STRAIGHT)])
    assert whole.failure is None


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of this release, with a change that open dossiers do not survive."""
    folder = tmp_path_factory.mktemp("planted")
    for package in TAKEN:
        shutil.copytree(CHECKOUT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    calls = folder / "workflows" / "ledger_calls.py"
    text = calls.read_text(encoding="utf-8")
    slow = '        """Writes all events or none. Raises FAILED if the ledger refuses."""\n'
    assert slow in text
    calls.write_text(text.replace(slow, slow + "        await workflow.sleep(1)\n"), encoding="utf-8")
    return folder


async def test_the_gate_names_dossier_event_code_and_remedy_of_a_planted_change(planted: Path) -> None:
    """The code of a folder is replayed by this release; the sandbox and the second look import that folder's too."""
    results = await gate.replayed(str(planted), [STRAIGHT, corpus.file_of("awaited_elsewhere", Revision.FIRST)])
    broken_one, waits = results
    assert waits.failure is None
    told = gate.told(broken_one)
    line = line_of("workflows/ledger_calls.py", "Writes all events or none.") + 1
    assert told.startswith(f"{STRAIGHT.stem}: Event 6: the history has MarkerRecorded ledger.append")
    assert f"TimerStarted 1 s (workflows/ledger_calls.py:{line} write_down)" in told
    assert f"remedy: This run decides by revision {CURRENT}" in told


async def test_what_only_the_sandbox_refuses_is_found_by_the_gate(planted: Path, tmp_path: Path) -> None:
    """Code that reads the clock replays without the sandbox. The gate names its line."""
    for package in TAKEN:
        shutil.copytree(planted / package, tmp_path / package)
    shutil.copy(CHECKOUT / "workflows" / "ledger_calls.py", tmp_path / "workflows")
    workflow = tmp_path / "workflows" / "dossier.py"
    text = workflow.read_text(encoding="utf-8")
    first = "        version, rings = self._dossier.version, self._rings\n"
    assert first in text
    workflow.write_text(text.replace(first, f"        datetime.now()\n{first}"), encoding="utf-8")
    [result] = await gate.replayed(str(tmp_path), [STRAIGHT])
    line = line_of("workflows/dossier.py", first.strip())
    assert "datetime.datetime.now" in gate.told(result)
    assert f"(workflows/dossier.py:{line} _react_and_wait)" in gate.told(result)


def test_the_gate_finds_a_corpus_that_shrank(tmp_path: Path) -> None:
    """Fewer histories would let more changes through: a history that is gone, changed or not listed is told."""
    for file in (*corpus.recorded(), corpus.RELEASED):
        shutil.copy(file, tmp_path)
    assert list(gate.missing(tmp_path)) == []
    (tmp_path / STRAIGHT.name).unlink()
    (tmp_path / "withdrawn.json").write_text("{}", encoding="utf-8")
    (tmp_path / "new.json").write_text("{}", encoding="utf-8")
    said = list(gate.missing(tmp_path))
    assert [one.partition(" ")[0] for one in said] == [STRAIGHT.name, "withdrawn.json", "new.json"]
    (tmp_path / corpus.RELEASED.name).write_text("", encoding="utf-8")
    assert "empty corpus" in next(iter(gate.missing(tmp_path)))
    assert list(gate.missing()) == []


async def test_the_commit_before_is_replayed_in_the_same_form() -> None:
    """Its packages are taken from git. What cannot be taken or does not run is refused with a code."""
    results: list[Replayed] = []
    with release("HEAD") as folder, ReplayProcesses(1, corpus.rules(), release=folder) as replaying:
        await replaying.replay(histories_in([STRAIGHT]), results.append)
    assert [(one.workflow, one.failure) for one in results] == [(STRAIGHT.stem, None)]
    for named in ("no-such-release", "--output=x", str(CHECKOUT / "docs")):
        with pytest.raises(InvalidInput) as refused, release(named):
            pass
        assert refused.value.code == "no_release"


def test_a_release_is_taken_from_a_wheel(planted: Path, tmp_path: Path) -> None:
    """Only the packages that decide are unpacked; what replays is this release's."""
    wheel = tmp_path / "luongxanh-0.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for file in planted.rglob("*.py"):
            packed.write(file, file.relative_to(planted))
        packed.writestr("gateway/__init__.py", "raise RuntimeError")
    with release(str(wheel)) as folder:
        assert folder is not None
        assert "await workflow.sleep(1)" in (folder / "workflows" / "ledger_calls.py").read_text(encoding="utf-8")
        assert (folder / "gateway").resolve() == CHECKOUT / "gateway"
    assert not folder.exists()


async def test_a_release_that_needs_other_libraries_is_told(planted: Path, tmp_path: Path) -> None:
    """It cannot run here; nothing is counted as replayed."""
    for package in TAKEN:
        shutil.copytree(planted / package, tmp_path / package)
    (tmp_path / "workflows" / "dossier.py").write_text("import a_library_of_another_time\n", encoding="utf-8")
    results: list[Replayed] = []
    with (
        release(str(tmp_path)) as folder,
        ReplayProcesses(1, corpus.rules(), release=folder) as replaying,
        pytest.raises(ReplayError) as refused,
    ):
        await replaying.replay(histories_in([STRAIGHT]), results.append)
    assert refused.value.code == "release_does_not_run"
    assert "a_library_of_another_time" in refused.value.message.en
    assert results == []


def test_a_sample_is_spread_over_kinds_and_can_be_taken_again() -> None:
    """A rare kind is in it, although chance would leave it out."""
    common = [Listed(f"a-{number}", None, ("processing", "p1", "b1")) for number in range(500)]
    rare = [Listed("b-1", None, ("suspended", "p1", "b1")), Listed("c-1", None, ("processing", "p1", "b0"))]
    taken = Sample(6, seed=7).of([*common, *rare])
    assert len(taken) == 6
    assert {"b-1", "c-1"} <= {one.workflow for one in taken}
    assert Sample(6, seed=7).of([*rare, *reversed(common)]) == taken
    assert len(Sample(6, seed=7, spread=False).of([*common, *rare])) == 6
    assert len(Sample(9, seed=7).of(rare)) == 2
