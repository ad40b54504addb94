"""Tests of commands that need no server, and of commands whose servers are absent."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from domain.values import VIETNAM
from gateway.i18n.wording import ACTS
from tests.support.command_line import Ran, interrupted, run, submission
from tests.support.ninh_binh import ninh_binh
from tests.support.vietnamese import foreign

CHECKOUT = Path(__file__).resolve().parents[3]
PROVINCE = CHECKOUT / "deploy" / "ninh-binh"
NOBODY = "127.0.0.1:1"
"""An address at which no server listens."""


def away(*arguments: str, **environment: str) -> Ran:
    """The command line in a folder where no stack was started."""
    return run(*arguments, environment={"LUONGXANH_STACK": "/nonexistent/stack", **environment})


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """A copy of the province's folder that the test may change."""
    return Path(shutil.copytree(PROVINCE, tmp_path / "province"))


def test_help_loads_nothing_heavy_and_teaches() -> None:
    """`--help` has the exit codes and every group, and loads no server's client."""
    program = Path(sys.executable).with_name("luongxanh")
    ran = subprocess.run([sys.executable, "-X", "importtime", program, "--help"], capture_output=True, text=True)
    assert ran.returncode == 0
    for heavy in ("temporalio", "asyncpg", "fastapi", "httpx2"):
        assert heavy not in ran.stderr
    for word in ("Mã thoát", "dossier", "deadline", "route", "ledger", "config", "organisation", "worker", "api"):
        assert word in ran.stdout
    for tool in ("demo", "bench", "up", "reset"):
        assert not re.search(rf"\b{tool}\b", ran.stdout)


def test_the_help_of_submit_shows_what_would_be_accepted() -> None:
    """The example's documents are exactly the required ones of its procedure."""
    text = run("dossier", "submit", "--help").out
    papers = ninh_binh().versions("1.004873")[0].procedure.documents
    required = [one.code for one in papers if one.required]
    assert re.findall(r"--document\s+([a-z][\w-]*)", text) == required
    assert re.findall(r'{"code":\s+"([^"]+)"}', text) == required


def test_the_help_of_act_lists_every_command_with_its_fields() -> None:
    """The help lists every command that people may send, with its fields, read from the commands themselves."""
    text = run("dossier", "act", "--help").out
    for command in ("accept", "request_supplement", "sign", "correct_entry", "extend", "rate"):
        assert re.search(rf"^  {command}: {re.escape(ACTS[command].vi)}", text, re.MULTILINE), command
    assert re.search(r"^  sign: .*\n      \*document: \"SHA-256", text, re.MULTILINE)
    assert not re.search(r"^  submit:", text, re.MULTILINE)


@pytest.mark.parametrize(
    "arguments",
    [
        ("dosier",),
        ("dossier", "act", "H42.101-250805-0001", "accept", "--as", "boss", "--person", "x"),
        ("dossier", "act", "H42.101-250805-0001"),
        ("dossier", "list", "--limit", "many"),
        ("dossier", "list", "--nope"),
        ("deadline", "explain", "1.004873", "--received", "2026-02-30T09:00+07:00"),
        ("route", "explain", "--procedure", "1.004873", "--received-by", "13366", "--on", "2026-13-01"),
        ("calendar", "build", "next"),
    ],
)
def test_a_wrong_command_line_is_told_with_exit_code_2(arguments: tuple[str, ...]) -> None:
    """A wrong command line is reported on standard error with a hint to the help, or as JSON only, without a
    traceback."""
    ran = away(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "✗ usage" in ran.err
    assert "--help" in ran.err
    assert "Traceback" not in ran.err
    machine = away(*arguments, "--json")
    assert (machine.code, machine.err, machine.error["code"]) == (2, "", "usage")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("dossier", "list", "--limit", "x"), "--limit phải là một số nguyên, không phải “x”."),
        (("dossier", "list", "--stat", "x"), "không có tham số “--stat”. Có phải “--state”?"),
        (("dossier", "list", "--state", "proccessing"), "--state không nhận “proccessing”. Có phải “processing”?"),
        (("dossier", "list", "--lang", "de"), "“de”. Chọn một trong: vi (tiếng Việt), en (tiếng Anh)."),
        (("dossier", "list", "--json=maybe"), "--json phải là true hoặc false, không phải “maybe”."),
        (("dossier", "list", "--unit", "1", "--unit", "2"), "--unit ghi hai lần, chỉ ghi một lần."),
        (("dossier", "list", "extra", "words"), "thừa “extra words”."),
        (("dossier", "show"), "thiếu CODE (Mã hồ sơ)."),
        (("dossier", "act", "a", "b", "--as", "reception", "--person"), "sau --person thiếu giá trị."),
        (("dossier", "act", "a", "b", "--as", "reception"), "thiếu --person (Mã nội bộ của người làm,"),
        (("dosier",), "không có lệnh “dosier”. Có phải “dossier”? Các lệnh: dossier, deadline,"),
        (("dossier", "lst"), "không có lệnh “lst”. Có phải “list”? Các lệnh: submit, act,"),
        (("deadline", "explain", "1", "--received", "2025"), "--received phải là một thời điểm như 2025-07-01"),
        (("organisation", "apply", "x", "--rate", "q"), "--rate phải là một số, không phải “q”."),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_told_in_vietnamese(arguments: tuple[str, ...], expected: str) -> None:
    """The Vietnamese sentence names the wrong argument and the right form, without the parser's English."""
    message = away(*arguments, "--json").error["message"]
    assert expected in message["vi"]
    typed = re.sub(r"“[^”]*”|(?:Các lệnh|Chọn một trong): .*\.|luongxanh .*|true hoặc false", " ", message["vi"])
    assert list(foreign(typed)) == []
    assert list(foreign(message["en"])) != []


def test_bytes_that_are_no_utf8_are_told() -> None:
    """Arguments in another encoding are reported with that cause."""
    ran = run("dossier", "show", b"H42\xff", b"--json")
    assert (ran.code, ran.error["code"]) == (2, "argument_not_utf8")


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"\xff\xfe", "file_not_utf8"), (b"{", "not_json"), (b"[" * 100_000, "not_json"), (b"[]", "not_an_object"),
     (b"{}", "invalid_request"), (b" " * 16_000_001, "file_too_large")],
)  # fmt: skip
def test_a_submission_that_cannot_be_read_is_told(content: bytes, error: str, tmp_path: Path) -> None:
    """An unreadable submission is reported, from standard input and from a file."""
    file = tmp_path / "hoso.json"
    file.write_bytes(content)
    for ran in (run("dossier", "submit", "-", "--json", stdin=content), run("dossier", "submit", str(file), "--json")):
        assert (ran.code, ran.error["code"]) == (2, error)


def test_a_file_that_is_not_there_is_told() -> None:
    """A missing file, or a folder in its place, is reported."""
    for path in ("/nonexistent/hoso.json", "/"):
        ran = run("dossier", "submit", path, "--json")
        assert (ran.code, ran.error["code"]) == (2, "file_unreadable")
    beside = run("dossier", "submit", "hoso.json", "--procedure", "1.004873", "--json")
    assert (beside.code, beside.error["code"]) == (2, "options_beside_file")


def test_without_a_stack_a_command_says_how_to_start_one() -> None:
    """Without a stack the exit code is 5, and the message says how to start one."""
    ran = away("dossier", "list", "--json")
    assert (ran.code, ran.error["code"]) == (5, "stack_not_running")
    assert "make up" in ran.error["message"]["vi"]


def test_a_database_that_is_away_is_waited_for_and_then_told() -> None:
    """The command says that it waits for the database, then ends with exit code 5, without the password."""
    ran = away("dossier", "list", LUONGXANH_DATABASE_URL=f"postgresql://luongxanh_app:secret@{NOBODY}/luongxanh")
    assert ran.code == 5
    assert "Đang chờ PostgreSQL" in ran.err
    assert "✗ database_unavailable" in ran.err
    assert "secret" not in ran.err
    assert "Traceback" not in ran.err


def test_whoever_interrupts_a_submission_is_told_its_key() -> None:
    """After Ctrl-C the message has the key with which sending again is safe."""
    environment = {
        "LUONGXANH_STACK": "/nonexistent/stack",
        "LUONGXANH_DATABASE_URL": f"postgresql://luongxanh_app@{NOBODY}/luongxanh",
        "LUONGXANH_TEMPORAL_ADDRESS": NOBODY,
    }
    ran = interrupted(
        "dossier", "submit", "-", "--key", "don-1", "--json",
        when=lambda printed: "PostgreSQL" in printed, stdin=submission(), environment=environment,
    )  # fmt: skip
    assert ran.code == 130
    assert "Gửi lại với --key don-1" in ran.err
    assert "Traceback" not in ran.err


def test_a_wrong_setting_is_told_by_its_name() -> None:
    """A wrong setting has exit code 2 and its variable."""
    ran = away("dossier", "list", "--json", LUONGXANH_LOG_LEVEL="loud")
    assert (ran.code, ran.error["code"]) == (2, "setting_invalid")
    assert "LUONGXANH_LOG_LEVEL" in ran.error["message"]["en"]


# --- configuration


def test_the_configuration_is_checked_and_counted() -> None:
    """`config check` prints how many of each kind were loaded."""
    ran = away("config", "check", str(PROVINCE), "--json")
    assert ran.code == 0
    assert ran.value["units"] >= 129
    assert ran.value["procedures"] >= 40


def test_a_calendar_that_ends_within_a_year_is_told(province: Path) -> None:
    """A calendar that ends within a year is reported with its date and remedy, and the exit code stays 0."""
    this_year = f"{datetime.now(VIETNAM).year}-12-31"
    for name in ("ninh-binh.yaml", "ninh-binh-saturday.yaml"):
        path = province / "calendars" / name
        path.write_text(path.read_text(encoding="utf-8").replace("2028-12-31", this_year), encoding="utf-8")
    ran = away("config", "check", str(province), "--json")
    assert ran.code == 0, ran
    assert {one["last_day"] for one in ran.value["calendars_ending_soon"]} == {this_year}
    assert "calendar build" in away("config", "check", str(province)).out


def test_what_is_only_announced_and_how_certain_each_year_is_are_told(province: Path) -> None:
    """Announced days and the certainty of years are reported with exit code 0; past days are not."""
    today = datetime.now(VIETNAM).date()
    ran = away("config", "check", str(province), "--json")
    assert ran.code == 0, ran
    days = {one["day"] for one in ran.value["announced_days"]}
    assert days == {f"{year}-11-24" for year in range(2026, 2029) if f"{year}-11-24" >= str(today)}
    certainty = {one["year"]: one["certainty"] for one in ran.value["years"]}
    assert (certainty[2026], certainty[2028]) == ("enacted", "expected")
    shown = away("config", "check", str(province)).out
    assert "2024-2026 đã có văn bản; 2027-2028 dự kiến" in shown
    assert ("Ngày Văn hóa Việt Nam" in shown) == bool(days)
    english = away("config", "check", str(province), "--lang", "en").out
    assert ("no letter has ordered it" in " ".join(english.split())) == bool(days)


def test_every_problem_of_a_configuration_is_named_with_file_and_line(province: Path) -> None:
    """All problems are reported together with file, line and fix, and exit code 2."""
    processes = province / "processes.yaml"
    processes.write_text(processes.read_text(encoding="utf-8").replace("share: 65", "share: 66"), encoding="utf-8")
    units = province / "organisation" / "provincial.jsonl"
    with units.open("a", encoding="utf-8") as file:
        file.write(units.read_text(encoding="utf-8").splitlines()[0] + "\n")
    ran = away("config", "check", str(province), "--json")
    assert (ran.code, ran.error["code"]) == (2, "configuration_invalid")
    found = {(one["code"], one["file"]) for one in ran.error["problems"]}
    assert ("shares_do_not_add_up", "processes.yaml") in found
    assert any(file == "organisation/provincial.jsonl" for _, file in found)
    assert all(one["line"] >= 1 for one in ran.error["problems"])
    problems = away("config", "check", str(province)).err
    assert re.search(r"• processes\.yaml:\d+: shares_do_not_add_up: ", problems)


# --- routing


def routed(*arguments: str) -> Ran:
    return away("route", "explain", "--procedure", "1.001193", "--received-by", "13285", "--json", *arguments)


def test_a_route_is_explained() -> None:
    """A matter across a boundary goes to the commune of residence, and a divided unit to coordination."""
    whole = routed("--territory", "13366").value
    assert (whole["competent"], whole["crossing"]) == ("13366", True)
    assert whole["reasons"][0]["code"] == "commune_level"
    divided = routed("--address", "xã Tiên Ngoại, Duy Tiên, Hà Nam").value
    assert (divided["competent"], divided["queue"]) == (None, "TTPVHCC")
    shown = away("route", "explain", "--procedure", "1.001193", "--received-by", "13285", "--territory", "13366").out
    assert "Giải quyết: Phường Hà Nam (13366)" in shown


def test_a_route_of_what_does_not_exist_is_told() -> None:
    """An unknown unit or procedure is not found."""
    assert routed("--territory", "99999").error["code"] == "unknown_unit"
    unknown = away("route", "explain", "--procedure", "9.999999", "--received-by", "13285", "--json")
    assert (unknown.code, unknown.error["code"]) == (4, "unknown_procedure")


# --- due dates


def test_a_batch_answers_every_line_in_order() -> None:
    """Every line gets an answer in order; a bad line gets an error and does not stop the others."""
    good = {
        "id": 1,
        "code": "1.012783",
        "channel": "counter",
        "received": "2026-02-13T16:00:00+07:00",
        "green": "cap16",
    }
    lines = [json.dumps(good).encode(), b"{", b'{"id": "\xff"}', json.dumps({**good, "id": 2, "code": "x"}).encode(),
             json.dumps({**good, "id": 3, "received": "2026-02-13T16:00:00"}).encode(),
             json.dumps({**good, "id": 4}).encode()]  # fmt: skip
    ran = run("deadline", "--batch", "-", stdin=b"\n".join(lines))
    assert ran.code == 0
    answers = ran.values
    assert [answer["id"] for answer in answers] == [1, None, None, 2, 3, 4]
    assert [answer.get("error", {}).get("code") for answer in answers[1:5]] == [
        "invalid_json", "invalid_utf8_line", "unknown_procedure", "naive_datetime"
    ]  # fmt: skip
    assert {name: answers[0][name] for name in ("statutory_due", "promised_due")} == {
        name: answers[5][name] for name in ("statutory_due", "promised_due")
    }
    assert answers[0]["promised_due"] == "2026-02-24T16:00:00+07:00"


def test_a_batch_takes_another_catalogue(tmp_path: Path) -> None:
    """A file in the national format replaces the province's catalogue."""
    row: dict[str, Any] = {"code": "9.000001", "channels": [{"channel": "online", "limit": 1, "unit": "working_day"}]}
    catalogue = tmp_path / "catalogue.jsonl"
    catalogue.write_text(json.dumps(row), encoding="utf-8")
    line = {"id": "a", "code": "9.000001", "channel": "online", "received": "2026-03-02T07:30:00+07:00", "green": None}
    ran = run("deadline", "--batch", "-", "--catalogue", str(catalogue), stdin=json.dumps(line))
    assert ran.values == [{"id": "a", "statutory_due": "2026-03-02T17:00:00+07:00", "promised_due": None}]
    missing = run("deadline", "--batch", "-", "--catalogue", "/nonexistent", "--json")
    assert (missing.code, missing.error["code"]) == (2, "file_unreadable")


def test_a_procedures_deadline_is_explained_day_by_day() -> None:
    """Tết is named with its source, both languages agree, a pause counts, and bad input is an error."""
    asked = ("deadline", "explain", "1.004873", "--channel", "online", "--received", "2026-02-13T16:00+07:00")
    vietnamese = away(*asked).out
    assert "Tết Nguyên Đán" in vietnamese
    assert "Hạn trả kết quả: 16:00 thứ Ba 24/02/2026" in vietnamese
    assert "Due: 16:00 Tuesday 24/02/2026" in away(*asked, "--lang", "en").out
    pause = ("--pause", "2026-02-23T08:00+07:00/2026-02-23T10:00+07:00")
    paused = away(*asked, *pause, "--json").value["promised"]
    assert paused["due"] == "2026-02-25T08:30:00+07:00"
    for more, error in (
        (("--pause", "yesterday"), "pause_does_not_parse"),
        (("--pause", "2026-02-24T09:00+07:00/2026-02-23T08:00+07:00"), "pause_ends_before_it_starts"),
        (("--unit", "99999"), "unknown_unit"),
        (("--case", "7"), "unknown_case"),
    ):
        assert away(*asked, *more, "--json").error["code"] == error
    naive = away("deadline", "explain", "1.004873", "--received", "2026-02-13T16:00", "--json")
    assert (naive.code, naive.error["code"]) == (2, "naive_instant")


# --- catalogue and calendar


def test_the_catalogue_is_imported_and_every_row_accounted_for(province: Path, tmp_path: Path) -> None:
    """The three counts add up to the rows; a second import changes nothing; a dry run writes nothing."""
    rows = (PROVINCE / "catalogue" / "national.jsonl").read_text(encoding="utf-8").splitlines()[:20]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join([*rows, "{", rows[0]]), encoding="utf-8")
    stored = province / "catalogue" / "national.jsonl"
    stored.unlink()
    here = {"LUONGXANH_PROVINCE": str(province)}
    dry = away("catalogue", "import", str(file), "--dry-run", "--json", **here)
    assert dry.code == 0
    assert not stored.exists()
    report = away("catalogue", "import", str(file), "--json", **here).value
    assert set(report) == {"rows", "imported", "imported_with_warning", "refused", "problems"}
    assert report["imported"] + report["imported_with_warning"] + report["refused"] == report["rows"] == 22
    assert report["refused"] == 2
    again = away("catalogue", "import", str(file), **here).out
    assert "thêm 0, đổi 0, giữ nguyên 20" in again
    missing = away("catalogue", "import", "/nonexistent", "--json")
    assert (missing.code, missing.error["code"]) == (2, "file_unreadable")


def test_a_year_of_the_calendar_is_built_once(tmp_path: Path) -> None:
    """The first build writes and lists the days, the second changes nothing, and a damaged file is named."""
    first = away("calendar", "build", "2027", "--folder", str(tmp_path), "--json").value
    assert first["written"]
    assert len(first["changes"]) == len(first["holidays"]["days"]) > 10
    second = away("calendar", "build", "2027", "--folder", str(tmp_path), "--json").value
    assert (second["written"], second["changes"]) == (False, [])
    (tmp_path / "base" / "2027.yaml").write_text("{", encoding="utf-8")
    damaged = away("calendar", "build", "2027", "--folder", str(tmp_path), "--json")
    assert (damaged.code, damaged.error["code"]) == (2, "configuration_invalid")
    assert "2027.yaml:2" in str(damaged.error)
    assert away("calendar", "build", "1066", "--folder", str(tmp_path), "--json").error["code"] == (
        "calendar_year_out_of_range"
    )
