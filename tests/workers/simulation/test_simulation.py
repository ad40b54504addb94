"""Tests of the simulation: a foreign log runs through the dossiers' own workflow, and every case is accounted for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from activities.ledger.pool import Pool, open_pool
from domain.dossier.state import State
from domain.errors import InvalidInput
from domain.values import VIETNAM
from tests.support.command_line import run
from tests.support.databases import Database
from tests.support.ledger_samples import open_dossier
from tests.support.ninh_binh import ninh_binh
from workers.simulation.log_file import LoggedCase, read_log
from workers.simulation.mapping import Mapping, read_mapping
from workers.simulation.playing import Played, play
from workers.simulation.policies import Policy, changed, todays
from workers.simulation.report import Report, report_of

SAMPLES = Path(__file__).resolve().parents[3] / "deploy" / "samples"
MAPPING = """\
columns: {case: case, activity: what, time: at, officer: who, opened: opened, ended: ended}
played_as: {procedure: "1.013225", unit: "13366"}
minutes: 60
activities:
  receive: {does: accept}
  check: {does: next_step}
  note: {does: work}
"""
HEAD = "case,what,at,who,opened,ended\n"
STEADY = (
    "a,receive,2026-03-02T09:00,an,2026-03-02T08:00,2026-03-06T10:00\n"
    "a,check,2026-03-03T09:00,an,2026-03-02T08:00,2026-03-06T10:00\n"
    "a,note,2026-03-03T09:00,binh,2026-03-02T08:00,2026-03-06T10:00\n"
)
LATE = (
    "b,receive,2026-03-02T09:00,an,2026-03-02T08:30,2026-04-20T10:00\n"
    "b,check,2026-03-20T09:00,binh,2026-03-02T08:30,2026-04-20T10:00\n"
)
OPEN = "c,receive,2026-03-02T09:30,an,2026-03-02T09:00,\nc,dream,2026-03-20T09:30,an,2026-03-02T09:00,\n"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture
def mapping(tmp_path: Path) -> Mapping:
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return read_mapping(tmp_path / "mapping.yaml")


def cases_of(tmp_path: Path, mapping: Mapping, *rows: str) -> list[LoggedCase]:
    log = tmp_path / "log.csv"
    log.write_text(HEAD + "".join(rows), encoding="utf-8")
    return read_log(log, mapping)


def policy(mapping: Mapping, cases: Sequence[LoggedCase]) -> Policy:
    return todays(ninh_binh(), mapping.played_as, cases[0].opened.date())


def played(tmp_path: Path, mapping: Mapping, *rows: str, what_if: str | None = None) -> tuple[Played, Report]:
    cases = cases_of(tmp_path, mapping, *rows)
    today = policy(mapping, cases)
    done = play(cases, mapping, changed(today, what_if) if what_if else today)
    return done, report_of(done)


def test_every_case_is_on_time_late_or_waiting(tmp_path: Path, mapping: Mapping) -> None:
    """A case that ends in its time is on time, one that ends later is late and escalated, one without an end waits."""
    game, report = played(tmp_path, mapping, STEADY, LATE, OPEN)
    assert (report.cases, report.finished, report.waiting, report.refused) == (3, 2, 1, 0)
    assert (report.on_time, report.late, report.waiting_overdue) == (1, 1, 1)
    assert report.unmapped == {"dream": 1}
    assert report.refused_commands == {}
    steady, late, waiting = (dossier.ledger.events for dossier in game.dossiers)
    assert next(one.at for one in steady if one.kind == "step_completed") == at("2026-03-03T09:00")
    assert steady[-1].kind == "result_returned"
    assert not {one.kind for one in steady} & {"deadline_warned", "dossier_escalated"}
    assert "dossier_escalated" in {one.kind for one in late}
    assert {one.kind for one in waiting} >= {"deadline_warned", "dossier_escalated"}
    assert all(one.at <= report.until for one in waiting), "what is due after the log's end has not happened"
    assert report.by_officer["an"].activities == 5
    assert report.by_officer["binh"].minutes == 120
    assert report.waited_for_officers_minutes == 0


def test_the_same_log_gives_the_same_report(tmp_path: Path, mapping: Mapping) -> None:
    """A second game of the same log and policy has the same events at the same times."""
    first, again = (played(tmp_path, mapping, STEADY, LATE, OPEN) for _ in range(2))
    assert first[1] == again[1]
    assert [dossier.ledger.events for dossier in first[0].dossiers] == [
        dossier.ledger.events for dossier in again[0].dossiers
    ]


def test_a_row_that_stands_there_twice_counts_once(tmp_path: Path, mapping: Mapping) -> None:
    """A row that repeats another one cell for cell is the same activity; the report says how many there were."""
    (row,) = STEADY.splitlines(keepends=True)[2:]
    _, once = played(tmp_path, mapping, STEADY)
    _, twice = played(tmp_path, mapping, row, STEADY, row)
    assert (once.repeated_rows, twice.repeated_rows) == (0, 2)
    assert twice.by_officer == once.by_officer
    another = row.replace("T09:00,binh", "T09:01,binh")
    assert played(tmp_path, mapping, STEADY, another)[1].by_officer["binh"].activities == 2


def test_the_report_for_people(tmp_path: Path, mapping: Mapping) -> None:
    """Thousands are grouped as the language does it; the report says that minutes are assumed and which rows repeat."""
    cases_of(tmp_path, mapping, STEADY, STEADY.splitlines(keepends=True)[0], LATE)
    files = (
        "--log",
        str(tmp_path / "log.csv"),
        "--mapping",
        str(tmp_path / "mapping.yaml"),
        "--what-if",
        "officers=-1",
    )
    vi, en = run("simulate", *files), run("simulate", *files, "--lang", "en")
    assert (vi.code, en.code) == (0, 0)
    figures = [re.findall(r"\b\d{1,3}[.,]\d{3}\b", ran.out) for ran in (vi, en)]
    assert figures[0]
    assert figures[0] == [one.replace(",", ".") for one in figures[1]]
    assert "giả định trong tệp ánh xạ (60 phút" in vi.err
    assert "counted once: 1." in en.err


def test_changed_policies(tmp_path: Path, mapping: Mapping) -> None:
    """A shorter limit makes a case late, a holiday on its date moves the date, another ladder fires its own rungs."""
    _, shorter = played(tmp_path, mapping, STEADY, what_if="limit=0.1")
    assert (shorter.on_time, shorter.late) == (0, 1)
    today, _ = played(tmp_path, mapping, STEADY)
    moved, _ = played(tmp_path, mapping, STEADY, what_if="holiday=2026-03-12")
    dues = [game.dossiers[0].view and game.dossiers[0].view.promised_due for game in (today, moved)]
    assert None not in dues
    assert dues[0] != dues[1]
    _, same = played(tmp_path, mapping, STEADY, what_if="holiday=2026-01-02")
    assert "2026-01-02 is no working day" in same.notes[0].en, "the letter on New Year has made it a day off already"
    ladder = tmp_path / "ladder.yaml"
    ladder.write_text(
        "- code: thu\n  rungs:\n"
        "    - {code: som, clock: promised, trigger: {kind: share, percent: 1}, notify: [officer]}\n",
        encoding="utf-8",
    )
    _, other = played(tmp_path, mapping, STEADY, what_if=f"ladder={ladder}")
    assert other.rungs == {"som": 1}


def test_fewer_officers(tmp_path: Path, mapping: Mapping) -> None:
    """Without the busiest officer the others do the work one after the other, each hour in working time."""
    game, report = played(tmp_path, mapping, STEADY, LATE, what_if="officers=-1")
    assert report.absent_officers == ("an",)
    assert set(report.by_officer) == {"binh"}
    assert report.by_officer["binh"].activities == 5
    received = [one.at for dossier in game.dossiers for one in dossier.ledger.events if one.kind == "dossier_accepted"]
    assert received == [at("2026-03-02T10:00"), at("2026-03-02T11:00")]
    assert report.waited_for_officers_minutes > 0
    with pytest.raises(InvalidInput, match="what_if_too_few_officers"):
        played(tmp_path, mapping, STEADY, what_if="officers=-2")


def test_an_officer_may_have_any_name(tmp_path: Path, mapping: Mapping) -> None:
    """The names in a log are no codes of ours: a full name, a case as it is called here, and signs of a terminal."""
    rows = (STEADY + LATE).replace(",an,", ",[/bold] Nguyễn Văn An,").replace("b,", "H42.13366-250707-0001,")
    done, report = played(tmp_path, mapping, rows)
    assert (report.finished, report.refused_commands) == (2, {})
    assert report.by_officer["[/bold] Nguyễn Văn An"].activities == 3
    log = tmp_path / "log.csv"
    ran = run("simulate", "--log", str(log), "--mapping", str(tmp_path / "mapping.yaml"))
    assert ran.code == 0, ran.err
    assert "[/bold] Nguyễn Văn An" in ran.out
    assert all(one.code.startswith("H42.") for one in done.dossiers)


@pytest.mark.stack
async def test_a_log_over_live_dossiers_does_nothing_to_them(
    tmp_path: Path, mapping: Mapping, database: Database
) -> None:
    """The cases of the log have the codes of live dossiers, and the ledger is at hand: each of its rows stays."""
    pool = await open_pool(database.url)
    live = [await open_dossier(pool, "one"), await open_dossier(pool, "two")]
    before = await every_row(pool)
    assert before["event"]
    cases_of(tmp_path, mapping, STEADY.replace("a,", f"{live[0]},"), LATE.replace("b,", f"{live[1]},"))
    files = ("--log", str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "mapping.yaml"))
    ran = run("simulate", *files, "--json", environment={"LUONGXANH_DATABASE_URL": database.url})
    assert (ran.code, ran.value["cases"], ran.value["finished"]) == (0, 2, 2), ran.err
    assert await every_row(pool) == before
    await pool.close()


async def every_row(pool: Pool) -> dict[str, list[str]]:
    """The rows of every table, as text."""
    tables = [
        row["name"] for row in await pool.fetch("select tablename as name from pg_tables where schemaname = 'public'")
    ]
    return {
        name: sorted(row["text"] for row in await pool.fetch(f'select one::text as text from "{name}" as one'))  # noqa: S608
        for name in tables
    }


def test_headings(tmp_path: Path, mapping: Mapping) -> None:
    """A log without headings is empty; one heading that stands twice, or cells that no comma separates, is refused."""
    log = tmp_path / "log.csv"
    for text, code in (
        ("", "log_empty"),
        (HEAD.replace("opened", "who") + STEADY, "log_row_wrong"),
        ((HEAD + STEADY).replace(",", ";"), "log_column_missing"),
    ):
        log.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInput, match=code):
            read_log(log, mapping)
    log.write_text("\ufeff" + HEAD + STEADY, encoding="utf-8")
    assert len(read_log(log, mapping)) == 1


def test_the_engine_decides_and_not_the_log(tmp_path: Path, mapping: Mapping) -> None:
    """A step before the acceptance is refused by the engine, counted by its code, and the case goes on."""
    early = "d,check,2026-03-02T09:00,an,2026-03-02T08:00,\nd,receive,2026-03-02T10:00,an,2026-03-02T08:00,\n"
    game, report = played(tmp_path, mapping, early)
    assert report.refused_commands == {"not_asked_for": 1}
    assert game.dossiers[0].view is not None
    assert game.dossiers[0].view.state is State.ACCEPTED
    assert (report.finished, report.waiting) == (0, 1)


@pytest.mark.parametrize(
    ("row", "code", "line"),
    [
        ("e,receive,yesterday,an,2026-03-02T08:00,\n", "log_row_wrong", 2),
        (STEADY + "e,,2026-03-02T09:00,an,2026-03-02T08:00,\n", "log_row_wrong", 5),
        (STEADY + "e,receive,2026-03-02T09:00\n", "log_row_wrong", 5),
        (STEADY + "e,receive,2026-03-02T09:00,Lê An, phó phòng,2026-03-02T08:00,\n", "log_row_wrong", 5),
        ("", "log_empty", None),
    ],
)
def test_a_bad_row_names_its_line(tmp_path: Path, mapping: Mapping, row: str, code: str, line: int | None) -> None:
    """A row that cannot be read is refused with its line."""
    with pytest.raises(InvalidInput) as refused:
        cases_of(tmp_path, mapping, row)
    assert refused.value.code == code
    assert refused.value.facts.get("line") == (None if line is None else str(line))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("does: accept", "does: fly"), 5),
        (("minutes: 60", "minutes: 60\nminute: 1"), 4),
        (("{case: case,", "[case,"), 1),
    ],
)
def test_a_wrong_mapping_names_its_line(tmp_path: Path, change: tuple[str, str], line: int) -> None:
    """A mapping with a wrong value, an unknown field or a broken line is refused with the line."""
    file = tmp_path / "wrong.yaml"
    file.write_text(MAPPING.replace(*change), encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_mapping(file)
    assert (refused.value.code, refused.value.facts["line"]) == ("mapping_wrong", str(line))


@pytest.mark.parametrize(
    ("what_if", "code"),
    [
        ("holiday=tomorrow", "what_if_unknown"),
        ("limit=0", "what_if_unknown"),
        ("officers=2", "what_if_unknown"),
        ("ladder=", "what_if_unknown"),
        ("ladder=/absent.yaml", "file_unreadable"),
        ("weather=rain", "what_if_unknown"),
    ],
)
def test_a_wrong_what_if_is_refused(tmp_path: Path, mapping: Mapping, what_if: str, code: str) -> None:
    """A change that is not understood is refused before anything is played."""
    today = policy(mapping, cases_of(tmp_path, mapping, STEADY))
    with pytest.raises(InvalidInput) as refused:
        changed(today, what_if)
    assert refused.value.code == code


def test_the_sample_log_can_be_played() -> None:
    """Every case of the log in deploy/samples has its times in our years, every activity a mapping; some are played."""
    mapping = read_mapping(SAMPLES / "wabo-receipt.yaml")
    cases = read_log(SAMPLES / "wabo-receipt-log.csv.gz", mapping)
    assert len(cases) == 732
    assert sum(one.name != "–" for case in cases for one in case.activities) == 4354
    assert all(one.mapped is not None for case in cases for one in case.activities)
    monday = min(case.activities[0].at for case in cases)
    assert at("2025-07-01T00:00") < monday < at("2025-07-14T00:00")
    some = [case for case in cases if case.activities[-1].at - case.opened < timedelta(days=60)][:6]
    report = report_of(play(some, mapping, policy(mapping, some)))
    assert report.cases == 6 == report.finished + report.waiting + report.refused
    assert report.unmapped == {}
    assert Counter(report.refused_commands).total() == 0


def test_the_command(tmp_path: Path, mapping: Mapping) -> None:
    """--json has today's report, and beside it one for each change; in each, every case is counted once."""
    cases_of(tmp_path, mapping, STEADY, LATE, OPEN)
    files = ("--log", str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "mapping.yaml"))
    ran = run("simulate", *files, "--what-if", "limit=0.1", "--what-if", "officers=-1,holiday=2026-03-12", "--json")
    assert ran.code == 0, ran.err
    reports = [ran.value, *ran.value["what_ifs"]]
    assert [one["what_if"] for one in reports] == ["today", "limit=0.1", "officers=-1,holiday=2026-03-12"]
    for one in reports:
        assert one["cases"] == 3 == one["finished"] + one["waiting"] + one["refused"]
        assert one["finished"] == one["on_time"] + one["late"]
    wrong = run("simulate", *files, "--what-if", "weather=rain", "--json")
    assert (wrong.code, wrong.error["code"]) == (2, "what_if_unknown")
