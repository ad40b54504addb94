"""Tests of `luongxanh calendar apply`, `organisation apply` and `procedure`, which change rules of open dossiers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.values import VIETNAM
from tests.support.command_line import OPERATOR, CommandLine, Ran, interrupted, submission
from tests.support.ninh_binh import FOLDER, ninh_binh
from tests.support.waiting import wait_until
from tools.local_stack import control
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.stack import temporary_folder
from workers.settings import load_settings

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@dataclass(frozen=True)
class Province(CommandLine):
    """The command line with a stack whose province folder may be changed."""

    province: Path

    def __call__(self, *arguments: str | bytes, stdin: str | bytes = b"", **environment: str) -> Ran:
        given: dict[str, str] = {"LUONGXANH_PROVINCE": str(self.province), **environment}
        return super().__call__(*arguments, stdin=stdin, **given)

    def open_one(self, **changes: Any) -> str:
        """A dossier of Hà Nam, accepted at Phủ Lý."""
        ran = self("dossier", "submit", "-", "--json", stdin=submission(**changes))
        assert ran.code == 0, ran
        code = str(ran.value["dossier"])
        assert self.officer(code, "accept", "reception", "13285").code == 0
        return code

    def shown(self, code: str) -> Any:
        """The dossier as `show --json` gives it."""
        return self("dossier", "show", code, "--json").value

    def checked(self, code: str) -> Any:
        """The same when the applicant's identity was looked up."""
        return self._once(code, lambda one: one["snapshot"].get("identity") != "wanted")

    def assigned(self, code: str) -> Any:
        """The same when the engine has named an officer, after which nothing happens by itself."""
        return self._once(code, lambda one: one["assignee"])

    def _once(self, code: str, holds: Callable[[Any], Any]) -> Any:
        def shown() -> Any:
            dossier = self.shown(code)
            return dossier if holds(dossier) else None

        return wait_until(shown, f"{code} is so far", 60)

    def file(self, name: str, text: str) -> str:
        """A file with this text."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture(scope="module")
def luongxanh() -> Iterator[Province]:
    """A stack of its own, because these tests change dates."""
    with temporary_folder() as folder, temporary_folder() as beside, ends_with_this_process(folder):
        made = Province(folder, beside / "province")
        shutil.copytree(FOLDER, made.province)
        control.up(load_settings({"LUONGXANH_PROVINCE": str(made.province)}, folder), announce=silently)
        yield made
        control.reset(folder, announce=silently)


def today() -> date:
    """The day in Vietnam, which may change while these tests run."""
    return datetime.now(VIETNAM).date()


def working_days(after: int, count: int) -> list[date]:
    """So many of the coming working days, after so many others."""
    calendar = ninh_binh().calendar_of(None, today())
    ahead = (today() + timedelta(days=n) for n in range(1, 100))
    return [day for day in ahead if calendar.sessions_on(day)][after : after + count]


def a_storm(*closed: date) -> str:
    """A letter that closes these days."""
    days = "".join(
        f"  - {{day: {day}, kind: closure, name: {{vi: Bão, en: Storm}}, source: Công điện 12/CĐ-UBND}}\n"
        for day in closed
    )
    return f"letter: Công điện 12/CĐ-UBND\nexceptions:\n{days}"


def a_merger() -> str:
    """A merger: from today ward Hà Nam is part of ward Phủ Lý."""
    closed = '{code: "13366", successors: [{code: "13285"}]}'
    return f"effective: {today()}\nsource: Nghị quyết 9/NQ\nclosed:\n  - {closed}\n"


def both_dates_are_told(luongxanh: Province, code: str, earlier: str, new: str) -> None:
    """Checks that the binding date, the new date and the letter are in the explanation, the page, the register and
    the work-list."""
    explained = luongxanh("deadline", "explain", code, "--json").value
    listed = next(one for one in luongxanh("dossier", "list", "--json").values if one["code"] == code)
    work = next(one for one in luongxanh("dossier", "work", "--unit", "13366", "--json").values)
    assert (work["item"]["dossier"], work["item"]["due"]) == (code, earlier)
    promised = next(one for one in luongxanh.shown(code)["clocks"] if one["clock"] == "promised")
    assert promised["due"] == earlier
    for told in (explained["bound"], listed["bound"], work["bound"], [promised["bound"]]):
        bound = next(one for one in told if one["which"] == "promised")
        assert (bound["due"], bound["in_force"]) == (earlier, new)
    for letters in (explained["letters"], listed["letters"], work["letters"], luongxanh.shown(code)["letters"]):
        assert [one["letter"] for one in letters] == ["Công điện 12/CĐ-UBND"]
    dates = [f"{datetime.fromisoformat(one).astimezone(VIETNAM):%H:%M %d/%m}" for one in (earlier, new)]
    for arguments in (("dossier", "list"), ("dossier", "work", "--unit", "13366")):
        shown = luongxanh(*arguments)
        assert all(date in shown.out for date in dates), shown.out
        assert "→" in shown.out
        assert "Công điện 12/CĐ-UBND" in shown.err
    page = " ".join(luongxanh("dossier", "show", code).out.split())
    assert "hạn trước khi đổi lịch vẫn ràng buộc" in page
    assert "Đổi lịch theo Công điện 12/CĐ-UBND" in page


def test_a_letter_from_the_dry_run_to_new_dossiers(luongxanh: Province) -> None:
    """The dry run writes nothing, applying does the same as it said, a second run does nothing, and a new dossier
    has the new dates."""
    code = luongxanh.open_one()
    before = luongxanh.checked(code)
    file = luongxanh.file("bao.yaml", a_storm(*working_days(0, 3)))
    overrides = (luongxanh.province / "calendars" / "overrides.yaml").read_text(encoding="utf-8")
    dry = luongxanh("calendar", "apply", file, "--dry-run", "--json")
    assert dry.code == 0, dry
    assert [one["dossier"] for one in dry.value["items"]] == [code]
    assert dry.value["items"][0]["state"] == "done"
    assert luongxanh.shown(code)["version"] == before["version"]
    assert (luongxanh.province / "calendars" / "overrides.yaml").read_text(encoding="utf-8") == overrides
    applied = luongxanh("calendar", "apply", file, "--rate", "50", "--json")
    assert (applied.code, applied.value["counts"]["done"]) == (0, 1), applied
    assert applied.value["items"][0]["detail"] == dry.value["items"][0]["detail"]
    after = luongxanh.shown(code)
    assert after["promised_due"] > before["promised_due"]
    assert after["snapshot"]["printed_promise"] == before["snapshot"]["printed_promise"]
    assert "Hẹn in trên phiếu" in luongxanh("dossier", "show", code).out
    both_dates_are_told(luongxanh, code, before["promised_due"], after["promised_due"])
    again = luongxanh("calendar", "apply", file, "--json")
    assert (again.code, again.value["rollout"], again.value["written"]) == (0, applied.value["rollout"], [])
    assert luongxanh.shown(code)["version"] == after["version"]
    fresh = luongxanh.shown(luongxanh.open_one())
    assert fresh["snapshot"]["pins"]["calendar"] == after["snapshot"]["pins"]["calendar"]
    assert fresh["promised_due"] >= after["promised_due"], "received later, under the same calendar"
    people = luongxanh("calendar", "apply", file)
    assert people.code == 0
    assert code in people.out


def test_a_merger_from_the_dry_run_to_new_dossiers(luongxanh: Province) -> None:
    """An open dossier of ward Hà Nam moves to ward Phủ Lý with its dates, and so do the folder and new dossiers."""
    code = luongxanh.open_one()
    before = luongxanh.checked(code)
    assert before["competent"] == "13366"
    file = luongxanh.file("sap-xep.yaml", a_merger())
    dry = luongxanh("organisation", "apply", file, "--dry-run", "--json")
    assert dry.code == 0, dry
    assert {one["state"] for one in dry.value["items"]} == {"done"}
    assert luongxanh.shown(code)["version"] == before["version"]
    applied = luongxanh("organisation", "apply", file, "--rate", "50", "--json")
    assert (applied.code, applied.value["counts"]["done"]) == (0, dry.value["dossiers"]), applied
    after = luongxanh.assigned(code)
    assert (after["competent"], after["promised_due"]) == ("13285", before["promised_due"])
    assert luongxanh("config", "check").code == 0
    again = luongxanh("organisation", "apply", file, "--json")
    assert (again.value["rollout"], again.value["written"]) == (applied.value["rollout"], [])
    assert luongxanh.shown(code)["version"] == after["version"]
    assert luongxanh.shown(luongxanh.open_one())["competent"] == "13285"
    story = luongxanh("dossier", "history", code)
    assert "Phường Hà Nam → Phường Phủ Lý" in story.out
    (row,) = luongxanh("dossier", "list", "--text", code, "--json").values
    assert [move["old_name"] for move in row["moved_units"]] == ["Phường Hà Nam"]
    assert "trước: Phường Hà Nam" in luongxanh("dossier", "list", "--text", code, COLUMNS="200").out
    people = luongxanh("organisation", "apply", file, COLUMNS="200")
    assert people.code == 0
    assert "Phường Hà Nam → Phường Phủ Lý" in people.out


def test_who_is_on_which_version(luongxanh: Province) -> None:
    """Every open dossier of a procedure is listed with its version."""
    code = luongxanh.open_one()
    procedure = luongxanh.shown(code)["procedure"]
    versions = luongxanh("procedure", "versions", procedure, "--json").values
    version = next(one for one in versions if one["status"] == "active")
    assert version["code"] == procedure
    lines = luongxanh("procedure", "dossiers", procedure, "--json").values
    assert {
        "dossier": code,
        "version": version["version"],
        "status": "active",
        "hash": version["hash"],
    }.items() <= next(line for line in lines if line["dossier"] == code).items()
    assert luongxanh("procedure", "dossiers", "9.999999").code == 4


NOWHERE = 'effective: 2027-01-01\nsource: NQ\nclosed: [{code: "1", successors: [{code: "2"}]}]\n'


@pytest.mark.parametrize(
    ("group", "text", "code"),
    [
        ("calendar", "letter: không có ngày\n", "configuration_invalid"),
        ("organisation", NOWHERE, "merger_unit_unknown"),
        ("organisation", "effective: 2027-13-01\nsource: NQ\nclosed: []\n", "configuration_invalid"),
    ],
)
def test_a_bad_file_moves_nothing(luongxanh: Province, group: str, text: str, code: str) -> None:
    """A wrong file is an error with its code and exit code, and changes nothing."""
    ran = luongxanh(group, "apply", luongxanh.file("bad.yaml", text), "--json")
    assert ran.error["code"] == code
    assert ran.code in (2, 4)


A_NAME = "Nguyễn Văn A"


def test_a_name_for_whoever_orders_it_stops_nothing(luongxanh: Province) -> None:
    """An order by a name is refused before anything is written, and the same letter then works with an identifier."""
    code = luongxanh.open_one()
    file = luongxanh.file("bao3.yaml", a_storm(*working_days(5, 2)))
    for more in ([], ["--stop"], ["--abandon", "Nhầm"]):
        ran = luongxanh("calendar", "apply", file, "--by", A_NAME, *more, "--json")
        assert (ran.code, ran.error["code"]) == (2, "operator_not_an_identifier"), ran
    ran = luongxanh("organisation", "apply", luongxanh.file("sx.yaml", a_merger()), "--by", A_NAME, "--json")
    assert ran.code != 0
    ordered = luongxanh("calendar", "apply", file, "--by", OPERATOR, "--rate", "50", "--json")
    assert ordered.code == 0, ordered
    shown = luongxanh("rollout", "show", ordered.value["rollout"], "--json").value
    assert [(one["act"], one["who"]) for one in shown["acts"]] == [("ordered", OPERATOR)]
    assert code in {one["dossier"] for one in ordered.value["items"]}


def test_a_rollout_is_stopped_resumed_and_abandoned_by_its_id(luongxanh: Province) -> None:
    """A rollout is listed with its state and orders, and abandoning it needs a reason."""
    for _ in range(3):
        luongxanh.open_one()
    file = luongxanh.file("bao4.yaml", a_storm(*working_days(9, 2)))
    ordered = luongxanh("calendar", "apply", file, "--rate", "0.1", "--no-wait", "--json")
    assert ordered.code == 0, ordered
    rollout = ordered.value["rollout"]
    assert luongxanh("rollout", "stop", rollout, "--by", OPERATOR, "--json").value["stopped"]
    assert luongxanh("rollout", "resume", rollout, "--rate", "0.1", "--json").value["resumed"]
    assert luongxanh("rollout", "abandon", rollout, "--reason", " ", "--json").error["code"] == "rollout_without_reason"
    given_up = luongxanh("calendar", "apply", file, "--abandon", "Văn bản đã thu hồi", "--by", OPERATOR)
    assert given_up.code == 0, given_up
    output = luongxanh("rollout", "show", rollout).out
    assert f"{OPERATOR}  bỏ: Văn bản đã thu hồi" in output
    assert "đã bỏ" in next(
        line for line in luongxanh("rollout", "list", COLUMNS="200").out.splitlines() if rollout in line
    )
    again = luongxanh("rollout", "abandon", rollout, "--reason", "lần nữa", "--json")
    assert (again.code, again.error["code"]) == (3, "rollout_finished")
    assert luongxanh("rollout", "show", rollout[:-4] + "0000", "--json").code == 4
    assert luongxanh("calendar", "apply", file, "--rate", "50", "--json").value["counts"]["abandoned"] == 0


def test_whoever_interrupts_the_command_is_told_that_the_rollout_goes_on(luongxanh: Province) -> None:
    """Ctrl-C ends only the display; the message says so and names the command that stops the rollout."""
    for _ in range(3):
        luongxanh.open_one()
    file = luongxanh.file("bao6.yaml", a_storm(*working_days(25, 2)))

    def begun(_: str) -> bool:
        return '"finished_at": null' in luongxanh("rollout", "list", "--json").out

    environment = {"LUONGXANH_STACK": str(luongxanh.folder), "LUONGXANH_PROVINCE": str(luongxanh.province)}
    ran = interrupted("calendar", "apply", file, "--rate", "0.1", when=begun, environment=environment)
    assert ran.code == 130
    assert "vẫn chạy tiếp" in ran.err
    assert "overrides.yaml: hãy lưu vào kho cấu hình" in ran.err
    stopping = next(line.split() for line in ran.err.splitlines() if " rollout stop " in line)
    assert luongxanh(*stopping[1:], "--by", OPERATOR).code == 0
    assert luongxanh("calendar", "apply", file, "--rate", "50").code == 0


def test_a_letter_for_a_day_that_no_calendar_reaches_is_told(luongxanh: Province) -> None:
    """A letter for a day after every calendar is refused, since it would change nothing."""
    file = luongxanh.file("xa.yaml", a_storm(date(2077, 6, 1), date(2077, 6, 2)))
    ran = luongxanh("calendar", "apply", file, "--dry-run", "--json")
    assert (ran.code, ran.error["code"]) == (2, "letter_day_outside"), ran


def test_a_rate_that_is_none_is_told(luongxanh: Province) -> None:
    """A rate of zero dossiers a second is refused."""
    ran = luongxanh(
        "calendar", "apply", luongxanh.file("bao2.yaml", a_storm(*working_days(0, 2))), "--rate", "0", "--json"
    )
    assert (ran.code, ran.error["code"]) == (2, "out_of_range")
