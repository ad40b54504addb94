"""Tests of `luongxanh dossier`: a whole dossier by commands only, with JSON and text answers, and refusals."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import uuid
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.support.command_line import CommandLine, Ran, codes, submission
from tests.support.waiting import wait_until

pytestmark = pytest.mark.stack

SHA = "d" * 64


def submit(luongxanh: CommandLine, **changes: Any) -> str:
    ran = luongxanh("dossier", "submit", "-", "--json", stdin=submission(**changes))
    assert ran.code == 0, ran
    return str(ran.value["dossier"])


@pytest.fixture(scope="module")
def accepted(luongxanh: CommandLine) -> str:
    """A dossier of Hà Nam, accepted at Phủ Lý."""
    code = submit(luongxanh)
    assert luongxanh.officer(code, "accept", "reception", "13285").code == 0
    return code


def test_a_dossier_goes_from_submission_to_return_by_commands_alone(luongxanh: CommandLine) -> None:
    """Every step has its own command, each receipt has the state, and the history has them in order."""
    code = submit(luongxanh)
    done = [
        luongxanh.officer(code, "accept", "reception", "13285"),
        luongxanh.officer(code, "complete-step", "reception", "13366", "--data", '{"step": "tiep-nhan"}'),
        luongxanh.officer(code, "complete_step", "specialist", "13366", "--data", '{"step": "tham-dinh"}'),
        luongxanh.officer(code, "approve", "head_of_unit", "13366", "--data", '{"step": "duyet"}', "--note", "đủ"),
        luongxanh.officer(
            code, "sign", "signatory", "13366", "--data", json.dumps({"document": SHA, "result_number": "1-KQ"})
        ),
    ]
    assert [ran.code for ran in done] == [0] * 5, done
    resolved = until_state(luongxanh, code, "resolved")
    assert resolved["snapshot"]["result_number"] == "1-KQ"
    returned = luongxanh.officer(code, "return_result", "reception", "13285")
    assert returned.value["state"] == "returned"
    events = luongxanh("dossier", "history", code, "--json").values
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["kind"] == "dossier_submitted"
    assert events[-1]["sentence"] == {"vi": "Trả kết quả tại quầy.", "en": "The result was returned at the counter."}


def until_state(luongxanh: CommandLine, code: str, state: str) -> dict[str, Any]:
    """Waits for the state, which comes after outside calls."""

    def reached() -> dict[str, Any] | None:
        shown: dict[str, Any] = luongxanh("dossier", "show", code, "--json").value
        return shown if shown["state"] == state else None

    return wait_until(reached, f"{code} is {state}")


def test_show_says_where_it_is_why_how_long_and_who_is_next(luongxanh: CommandLine, accepted: str) -> None:
    """The page has place, reasons, dates and next acts in Vietnamese and English, and the same as data."""
    page = luongxanh("dossier", "show", accepted).out
    for part in (accepted, "Được tiếp nhận", "Phường Hà Nam – khác nơi tiếp nhận", "Hẹn trả", "còn", "Vì sao ở đây"):
        assert part in page
    assert "Cán bộ một cửa, Phường Hà Nam: hoàn thành bước “Tiếp nhận và số hóa hồ sơ”" in page
    english = " ".join(luongxanh("dossier", "show", accepted, "--lang", "en").out.split())
    assert "of working time left" in english
    shown = luongxanh("dossier", "show", accepted, "--json").value
    assert (shown["competent"], shown["crossing"]) == ("13366", True)
    assert {reason["code"] for reason in shown["reasons"]} >= {"commune_level", "residence_in"}
    assert [clock["clock"] for clock in shown["clocks"]] == ["promised"]
    assert shown["clocks"][0]["minutes"] > 0
    assert "complete_step" in [item["act"] for item in shown["work"]]


def test_what_runs_over_on_a_page_goes_on_under_its_own_words(luongxanh: CommandLine, accepted: str) -> None:
    """On a narrow terminal only the first line of an entry begins with a mark."""
    page = luongxanh("dossier", "show", accepted, COLUMNS="60").out
    reasons = page.partition("Vì sao ở đây\n")[2].partition("\n\n")[0].splitlines()
    assert len(reasons) > 3
    assert all(line.startswith(("  • ", "    ")) and not line.startswith("     ") for line in reasons)


def test_before_intake_no_page_says_that_the_identity_needs_no_check(luongxanh: CommandLine) -> None:
    """Before intake the page does not say that the identity needs no check, and shows how to correct the applicant."""
    page = luongxanh("dossier", "show", submit(luongxanh)).out
    assert "Danh tính" not in page
    assert "--applicant" in page


def test_a_dossier_brought_over_shows_its_old_code(luongxanh: CommandLine) -> None:
    """Page and data of a dossier from an older system have that system, its code and the day."""
    old = {"system": "mcdt", "code": "000.12/HS-2025", "received_at": "2025-06-30T09:00:00+07:00"}
    code = submit(luongxanh, brought_over=old)
    assert "mcdt, mã cũ 000.12/HS-2025, tiếp nhận lúc 09:00 30/06/2025" in luongxanh("dossier", "show", code).out
    english = luongxanh("dossier", "show", code, "--lang", "en").out
    assert "mcdt, old code 000.12/HS-2025, received 09:00 30/06/2025" in english
    assert luongxanh("dossier", "show", code, "--json").value["brought_over"] == old


def test_a_dossier_that_was_never_accepted_has_no_deadline(luongxanh: CommandLine) -> None:
    """A dossier that was refused at intake has no deadline, and the explanation says so."""
    code = submit(luongxanh)
    assert luongxanh.officer(code, "refuse", "reception", "13285", "--data", '{"legal_basis": "Điều 9"}').code == 0
    assert "Kết thúc" in luongxanh("dossier", "show", code).out
    assert "; căn cứ: Điều 9" in luongxanh("dossier", "show", code).out
    assert luongxanh("dossier", "show", code, "--json").value["ended_because"] == "Điều 9"
    ran = luongxanh("deadline", "explain", code, "--json")
    assert (ran.code, ran.error["code"]) == (2, "never_accepted")
    assert "Không được tiếp nhận" in ran.error["message"]["vi"]
    assert "chưa được tiếp nhận" not in ran.error["message"]["vi"]


def test_a_supplement_before_intake_pauses_nothing_and_a_second_one_is_counted(luongxanh: CommandLine) -> None:
    """A supplement before intake pauses no clock; a second one is shown as overdue in the national index."""
    citizen = {"person": "cd-1", "role": "applicant"}
    code = submit(luongxanh, channel="online", actor=citizen)
    ask = ("--data", '{"documents": ["cccd"], "legal_basis": "Điều 9"}')
    who = ("--as", "reception", "--unit", "13285", "--person", "cb.13285.reception.1")
    first = luongxanh("dossier", "act", code, "request_supplement", *who, *ask)
    assert (first.code, "766/QĐ-TTg" in first.err) == (0, False)
    assert "Tạm dừng" not in luongxanh("dossier", "history", code).out
    bring = ("--data", '{"documents": [{"code": "cccd"}]}')
    brought = luongxanh("dossier", "act", code, "receive_supplement", "--as", "applicant", "--person", "cd-1", *bring)
    assert brought.code == 0
    second = luongxanh("dossier", "act", code, "request_supplement", *who, *ask)
    assert (second.code, "Quyết định 766/QĐ-TTg" in second.err) == (0, True)
    page = " ".join(luongxanh("dossier", "show", code).out.split())
    assert "đã yêu cầu 2 lần; từ lần thứ hai, Bộ chỉ số" in page


def test_a_dossier_that_ended_without_a_result_was_not_on_time(luongxanh: CommandLine) -> None:
    """The page of a stopped or withdrawn dossier shows its clock at the end, and does not call it on time."""
    code = submit(luongxanh)
    for command, role, unit, data in (
        ("accept", "reception", "13285", "{}"),
        ("complete_step", "reception", "13366", '{"step": "tiep-nhan"}'),
        ("stop", "head_of_unit", "13366", '{"legal_basis": "Điều 5"}'),
    ):
        assert luongxanh.officer(code, command, role, unit, "--data", data).code == 0
    for language, sentence, judged in (
        ("vi", "kết thúc không có kết quả, khi còn", "đúng hạn"),
        ("en", "ended without a result, with", "on time"),
    ):
        page = luongxanh("dossier", "show", code, "--lang", language).out
        assert sentence in page
        assert judged not in page
    (clock,) = luongxanh("dossier", "show", code, "--json").value["clocks"]
    assert clock["going"] == "ended_without_result"


def test_an_approved_exemption_shows_its_fee_ground_and_who_answers_for_it(luongxanh: CommandLine) -> None:
    """A proposed or approved exemption is shown with both amounts, the legal basis, the proposer and the approver."""
    code = submit(luongxanh, procedure="2.000913", documents=[{"code": "du-thao"}, {"code": "cccd"}])
    free = '{"fee": 0, "legal_basis": "Điều 10 Nghị quyết 5"}'
    assert luongxanh.officer(code, "accept", "reception", "13285", "--data", free).code == 0
    page = " ".join(luongxanh("dossier", "show", code).out.split())
    assert "30.000 đồng, chưa yêu cầu nộp" in page
    assert "phí, lệ phí 0 đồng, chờ lãnh đạo duyệt; cb.13285.reception.1 đề nghị" in page
    wrong = luongxanh.officer(code, "approve_fee", "head_of_unit", "13285", "--data", '{"amount": 5000}')
    assert wrong.error["code"] == "fee_not_as_proposed"
    assert luongxanh.officer(code, "approve_fee", "head_of_unit", "13285", "--data", '{"amount": 0}').code == 0
    page = " ".join(luongxanh("dossier", "show", code).out.split())
    for part in (
        "0 đồng, được miễn (mức công bố 30.000 đồng)",
        "phí, lệ phí 0 đồng: Điều 10 Nghị quyết 5",
        "cán bộ một cửa, Phường Phủ Lý (cb.13285.reception.1)",
        "lãnh đạo bộ phận, Phường Phủ Lý (cb.13285.head_of_unit.1)",
    ):
        assert part in page
    (ground,) = luongxanh("dossier", "show", code, "--json").value["fee_grounds"]
    assert (ground["amount"], ground["approved"]["person"]) == (0, "cb.13285.head_of_unit.1")


def test_a_late_dossier_says_by_how_much_and_that_it_was_escalated(luongxanh: CommandLine) -> None:
    """A dossier that is brought over late is overdue at once, and every rung is shown."""
    old = {"system": "cu", "code": "OLD.1", "received_at": "2026-01-05T09:00:00+07:00"}
    code = submit(luongxanh, brought_over=old)
    assert luongxanh.officer(code, "accept", "reception", "13285").code == 0
    listed = luongxanh("dossier", "list", "--overdue", "promised", "--text", code, "--json").values
    assert [row["code"] for row in listed] == [code]
    page = luongxanh("dossier", "show", code).out
    assert "quá hạn" in page
    assert "quá hạn hẹn trả 16 giờ làm việc [hen-qua-16-gio]" in page
    clock = luongxanh("dossier", "show", code, "--json").value["clocks"][0]
    assert (clock["timeliness"], clock["going"]) == ("late", "running")
    assert clock["minutes"] < 0


def test_the_same_key_and_the_same_command_id_act_once(luongxanh: CommandLine) -> None:
    """A repeated request gets the first answer and takes effect once; other content under the key is refused."""
    key, command = f"key-{uuid.uuid4()}", str(uuid.uuid4())
    first, second = (
        luongxanh("dossier", "submit", "-", "--key", key, "--json", stdin=submission()).value for _ in range(2)
    )
    assert (first["dossier"], first["repeated"], second["repeated"]) == (second["dossier"], False, True)
    other = luongxanh("dossier", "submit", "-", "--key", key, "--json", stdin=submission(documents=[]))
    assert (other.code, other.error["code"], other.error["facts"]["key"]) == (3, "key_reused", key)
    once, again = (
        luongxanh.officer(first["dossier"], "accept", "reception", "13285", "--command-id", command) for _ in range(2)
    )
    assert (once.value["version"], once.value["command_id"]) == (again.value["version"], command)


def test_people_are_told_the_command_id_so_that_they_can_repeat(luongxanh: CommandLine) -> None:
    """The command id is printed on standard error before the command is sent."""
    who = ("--as", "reception", "--unit", "13285", "--person", "cb.13285.reception.1")
    ran = luongxanh("dossier", "act", submit(luongxanh), "accept", *who)
    assert ran.code == 0
    assert "Mã lệnh: " in ran.err
    assert "Được tiếp nhận" in ran.out
    assert "\x1b" not in ran.out + ran.err


def test_an_applicant_is_put_right_from_a_file(luongxanh: CommandLine, tmp_path: Path) -> None:
    """An applicant is corrected from a file or standard input, and no name is printed."""
    code = submit(luongxanh)
    right = {"name": "Nguyễn Văn Ân", "identity_number": "037099001234", "birth_date": "1999-01-31"}
    file = tmp_path / "chu-ho-so.json"
    file.write_text(json.dumps(right), encoding="utf-8")
    basis = ("--data", '{"legal_basis": "Thẻ căn cước"}')
    done = luongxanh.officer(code, "correct_entry", "reception", "13285", "--applicant", str(file), *basis)
    assert done.code == 0, done
    history = luongxanh("dossier", "history", code)
    assert "Đính chính thông tin chủ hồ sơ (họ tên). Căn cứ: Thẻ căn cước." in history.out
    assert "Nguyễn" not in history.out
    bare = json.dumps({"legal_basis": "x", "correction": {"entry": "applicant", "value": "b" * 64}})
    unkept = luongxanh.officer(code, "correct_entry", "reception", "13285", "--data", bare)
    assert (unkept.code, unkept.error["code"]) == (2, "applicant_not_kept")
    elsewhere = luongxanh.officer(code, "accept", "reception", "13285", "--applicant", str(file))
    assert elsewhere.error["code"] == "particulars_without_correction"
    assert luongxanh("ledger", "verify").code == 0


def test_options_are_enough_for_the_common_case(luongxanh: CommandLine, tmp_path: Path) -> None:
    """A submission needs JSON only for the applicant, whose particulars are never on the command line."""
    applicant = tmp_path / "chu-ho-so.json"
    applicant.write_text(json.dumps(json.loads(submission())["applicant"]), encoding="utf-8")
    given = (
        "--procedure", "1.004873", "--channel", "counter", "--received-by", "13285", "--territory", "13366",
        "--document", "to-khai", "--document", "cccd", "--applicant", str(applicant),
            "--person", "cb.13285.reception.1",
    )  # fmt: skip
    assert luongxanh("dossier", "submit", *given, "--json").value["state"] == "submitted"
    missing = luongxanh("dossier", "submit", "--procedure", "1.004873")
    assert missing.code == 2
    assert "--channel, --received-by, --applicant, --person" in missing.err


@pytest.mark.parametrize(
    ("command", "role", "unit", "more", "code", "error"),
    [
        ("accept", "reception", "13285", (), 3, "wrong_state"),
        ("complete_step", "clerk", "13366", ("--data", '{"step": "tiep-nhan"}'), 3, "wrong_role"),
        ("complete_step", "reception", "13285", ("--data", '{"step": "tiep-nhan"}'), 3, "wrong_unit"),
        ("complete_step", "reception", "13366", ("--data", '{"step": "nope"}'), 3, "unknown_step"),
        ("complete_step", "reception", "13366", ("--data", '{"stp": 1}'), 2, "invalid_request"),
        ("complete_step", "reception", "13366", ("--data", "{"), 2, "not_json"),
        ("complete_step", "reception", "13366", ("--data", "[]"), 2, "not_an_object"),
        ("complete_step", "reception", "13366", ("--expected-version", "1", "--data", '{"step": "tiep-nhan"}'), 3,
         "stale_version"),
        ("suspend", "head_of_unit", "13366", ("--data", '{"legal_basis": "\\u0000"}'), 2, "invalid_request"),
        ("submit", "reception", "13285", (), 2, "unknown_command"),
        ("complet_step", "reception", "13285", (), 2, "unknown_command"),
    ],
)  # fmt: skip
def test_what_is_refused_says_so_with_its_exit_code(
    luongxanh: CommandLine,
    accepted: str,
    command: str,
    role: str,
    unit: str,
    more: tuple[str, ...],
    code: int,
    error: str,
) -> None:
    """A refusal by a rule has exit code 3, a wrong request 2, each with a stable code and two sentences."""
    ran = luongxanh.officer(accepted, command, role, unit, *more)
    assert (ran.code, ran.error["code"]) == (code, error)
    assert set(ran.error["message"]) == {"vi", "en"}
    assert ran.err == ""


WRONG: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"procedure": "9.999999"}, 4, "unknown_procedure"),
    ({"received_by": "99999"}, 4, "unknown_unit"),
    ({"matter": {"territory": "99999"}}, 4, "unknown_unit"),
    ({"matter": {"territory": "../etc"}}, 2, "invalid_request"),
    ({"channel": "fax"}, 2, "invalid_request"),
    ({"note": "a" * 3_000_000}, 2, "invalid_request"),
    ({"applicant": {"name": "A", "identity_number": "12", "birth_date": "1999-01-31"}}, 2, "invalid_request"),
    ({"applicant": {"name": "A", "identity_number": "037099001234", "birth_date": "1999-02-30"}}, 2, "invalid_request"),
    ({"brought_over": {"system": "cu", "code": "1", "received_at": "2199-01-05T09:00:00+07:00"}}, 2, "date_in_future"),
    ({"brought_over": {"system": "cu", "code": "1", "received_at": "2999-01-05T09:00:00+07:00"}}, 2, "invalid_request"),
    ({"brought_over": {"system": "cu", "code": "1", "received_at": "2026-01-05T09:00:00"}}, 2, "invalid_request"),
    ({"fee": -1}, 2, "invalid_request"),
)


def test_a_wrong_submission_opens_nothing(luongxanh: CommandLine) -> None:
    """A wrong submission is an error that repeats no particulars, and opens no dossier."""
    before = codes(luongxanh("dossier", "list", "--limit", "1000", "--json").values)
    for changes, code, error in WRONG:
        ran = luongxanh("dossier", "submit", "-", "--json", stdin=submission(**changes))
        assert (ran.code, ran.error["code"]) == (code, error), changes
        assert "Nguyễn" not in ran.out + ran.err
        assert "037099001234" not in ran.out + ran.err
    assert codes(luongxanh("dossier", "list", "--limit", "1000", "--json").values) == before


def test_a_missing_document_is_named_at_intake(luongxanh: CommandLine) -> None:
    """The refusal names the missing document, and the dossier can be completed."""
    code = submit(luongxanh, documents=[{"code": "to-khai"}])
    ran = luongxanh.officer(code, "accept", "reception", "13285")
    assert (ran.code, ran.error["code"]) == (3, "missing_document")
    assert "Thẻ căn cước" in ran.error["message"]["vi"]


def test_a_name_typed_with_combining_marks_is_the_same_name(luongxanh: CommandLine) -> None:
    """A name in NFD and in NFC under one key is one submission."""
    key, applicant = f"nfd-{uuid.uuid4()}", json.loads(submission())["applicant"]
    decomposed = {**applicant, "name": unicodedata.normalize("NFD", applicant["name"])}
    assert submit(luongxanh, key=key, applicant=applicant) == submit(luongxanh, key=key, applicant=decomposed)


@pytest.mark.parametrize("wanted", ["H42", "H42.101-261122-1; drop table event", "1.004873", "x" * 5_000])
def test_a_code_that_does_not_parse_is_told_before_anything_is_asked(luongxanh: CommandLine, wanted: str) -> None:
    """A malformed dossier code has exit code 2, and not "not found"."""
    for command in ("show", "history"):
        ran = luongxanh("dossier", command, wanted, "--json")
        assert (ran.code, ran.error["code"]) == (2, "code_does_not_parse")


def test_a_dossier_that_is_not_there_is_not_found(luongxanh: CommandLine) -> None:
    """An unknown dossier has exit code 4 in every command."""
    code = "H42.101-250101-9999"
    asked: list[Ran] = [
        luongxanh("dossier", "show", code, "--json"),
        luongxanh("dossier", "history", code, "--json"),
        luongxanh("deadline", "explain", code, "--json"),
        luongxanh("ledger", "verify", code, "--json"),
        luongxanh.officer(code, "accept", "reception", "13285"),
    ]
    assert [(ran.code, ran.error["code"]) for ran in asked] == [(4, "unknown_dossier")] * len(asked)


def test_the_register_is_filtered_and_read_by_pages(luongxanh: CommandLine, accepted: str) -> None:
    """The register gives JSON lines in order of code, page by page, and a wrong filter is an error."""
    submit(luongxanh)
    whole = luongxanh("dossier", "list", "--limit", "1000", "--json").values
    assert accepted in [row["code"] for row in whole]
    pages: list[dict[str, Any]] = []
    while page := luongxanh(
        "dossier", "list", "--limit", "3", "--json", *(("--after", pages[-1]["code"]) if pages else ())
    ).values:
        pages += page
    assert [row["code"] for row in pages] == sorted(row["code"] for row in whole)
    submitted = luongxanh("dossier", "list", "--state", "submitted", "--json").values
    assert {row["state"] for row in submitted} == {"submitted"}
    assert accepted in luongxanh("dossier", "list", "--text", accepted.lower()).out
    assert luongxanh("dossier", "list", "--limit", "0", "--json").error["code"] == "out_of_range"
    assert luongxanh("dossier", "list", "--unit", "?", "--json").error["code"] == "invalid_request"


def test_a_unit_sees_its_work(luongxanh: CommandLine, accepted: str) -> None:
    """The work-list has each act with its person and due date, and an unknown unit is an error."""
    rows = luongxanh("dossier", "work", "--unit", "13366", "--role", "reception", "--json").values
    assert ("complete_step", accepted) in [(row["item"]["act"], row["item"]["dossier"]) for row in rows]
    assert accepted in luongxanh("dossier", "work", "--unit", "13366").out
    unknown = luongxanh("dossier", "work", "--unit", "99999", "--json")
    assert (unknown.code, unknown.error["code"]) == (4, "unknown_unit")


def test_the_deadline_of_a_dossier_is_explained(luongxanh: CommandLine, accepted: str) -> None:
    """The explanation counts day by day to the dossier's own date."""
    explained = luongxanh("deadline", "explain", accepted, "--json").value
    shown = luongxanh("dossier", "show", accepted, "--json").value
    assert explained["promised"]["due"] == shown["promised_due"]
    assert "Hạn trả kết quả:" in luongxanh("deadline", "explain", accepted).out
    early = luongxanh("deadline", "explain", submit(luongxanh), "--json")
    assert (early.code, early.error["code"]) == (2, "not_accepted_yet")


def test_no_word_of_the_applicant_is_printed(luongxanh: CommandLine) -> None:
    """Register, page, history and explanation show no personal data and no note."""
    code = submit(luongxanh, note="Ghi chú riêng của Nguyễn Văn An")
    for command in (("dossier", "show"), ("dossier", "history")):
        for more in ((), ("--json",)):
            printed = luongxanh(*command, code, *more).out
            assert "Nguyễn" not in printed
            assert "037099001234" not in printed


def test_a_text_finds_the_names_of_procedures_and_units(luongxanh: CommandLine, accepted: str) -> None:
    """A part of a name finds its dossiers without accents and case; a text in no name and no code finds nothing."""
    for text in ("tinh trang hon nhan", "TÌNH TRẠNG hôn nhân", "phu ly"):
        assert accepted in [
            row["code"] for row in luongxanh("dossier", "list", "--text", text, "--limit", "1000", "--json").values
        ], text
    assert luongxanh("dossier", "list", "--text", "không có tên nào như thế", "--json").values == []
    assert luongxanh("dossier", "list", "--text", "%", "--json").error["code"] == "invalid_request"


def test_found_dossiers_are_written_into_a_table(luongxanh: CommandLine, accepted: str, tmp_path: Path) -> None:
    """The table has the found dossiers in words; a name of another form is refused, and no draft is left."""
    table = tmp_path / "ho-so.csv"
    assert luongxanh("dossier", "export", str(table), "--text", accepted, "--json").value["dossiers"] == 1
    (row,) = csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig")))
    (listed,) = luongxanh("dossier", "list", "--text", accepted, "--json").values
    assert (row["Mã hồ sơ"], row["Mã trạng thái"]) == (accepted, listed["state"])
    assert row["Đơn vị tiếp nhận"].startswith("Phường")
    sheet = tmp_path / "dossiers.XLSX"
    assert luongxanh("dossier", "export", str(sheet), "--text", accepted, "--lang", "en").code == 0
    assert accepted in ZipFile(sheet).read("xl/worksheets/sheet1.xml").decode()
    refused = luongxanh("dossier", "export", str(tmp_path / "ho-so.pdf"), "--json")
    assert refused.error["code"] == "no_table_format"
    assert luongxanh("dossier", "export", str(tmp_path / "nowhere" / "ho-so.csv")).code != 0
    assert sorted(tmp_path.iterdir()) == sorted([table, sheet])
