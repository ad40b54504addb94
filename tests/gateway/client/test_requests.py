"""Tests of bad input to the client: a stable code, a sentence in each language, and nothing written."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.errors import Conflict, DomainError, InvalidInput
from domain.rules.province import Province
from domain.values import VIETNAM
from gateway.client import Engine, Submission
from gateway.client.requests import read_act, read_submission, require_born
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import CITIZEN, DESK
from tests.support.principals import ROOT, principal_of
from tests.support.small_province import FREE, HA_NAM, PHU_LY, a_small_province
from workflows import rules_in_force

pytestmark = pytest.mark.stack

TABLES = ("event", "command", "dossier", "dossier_code", "vault.personal", "vault.reference", "work_item")
NAME = "Nguyễn Thị Hường"


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    """The whole engine, once for this module, since refused requests leave nothing."""
    async with open_engine_harness(module_database, temporal_env) as opened:
        yield opened


def a_submission(**changes: Any) -> dict[str, Any]:
    """A valid submission as JSON."""
    return {
        "key": uuid4().hex,
        "actor": {"person": "citizen.1", "role": "applicant"},
        "procedure": FREE.code,
        "channel": "online",
        "received_by": PHU_LY,
        "matter": {"territory": HA_NAM},
        "applicant": {"name": NAME, "identity_number": "037099001234", "birth_date": "1999-01-01"},
        "documents": [{"code": "don"}],
        **changes,
    }


def an_applicant(**changes: Any) -> dict[str, Any]:
    applicant: dict[str, Any] = a_submission()["applicant"]
    return {"applicant": {**applicant, **changes}}


SIGNED_IN, AT_DESK = principal_of(CITIZEN), principal_of(DESK)


def an_act(command: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A command of the desk as JSON."""
    actor = {"person": "desk.phuly", "role": "reception", "unit": PHU_LY}
    return {"command_id": str(uuid4()), "actor": actor, "command": command, **changes}


async def written(harness: EngineHarness) -> dict[str, int]:
    """The number of rows of each table, and of workflows on this queue."""
    rows = {table: await harness.pool.fetchval(f"select count(*) from {table}") for table in TABLES}  # noqa: S608
    here = await harness.env.client.count_workflows(f"TaskQueue = '{harness.task_queue}'")
    return {**rows, "workflows": here.count}


def two_sentences(error: DomainError) -> None:
    """Checks that both sentences exist, differ, and are short."""
    assert error.message.vi
    assert error.message.en
    assert error.message.vi != error.message.en
    assert len(error.message.vi) < 1_000


LATER = (datetime.now(VIETNAM) + timedelta(days=2)).isoformat()
"""In the future also when a midnight comes before the test does."""
BAD_SUBMISSIONS = {
    "unknown_procedure": (a_submission(procedure="9.999999"), "unknown_procedure"),
    "unknown_receiving_unit": (a_submission(received_by="99999"), "unknown_unit"),
    "unknown_competent_unit": (a_submission(matter={"territory": "99999"}), "unknown_unit"),
    "received_in_the_future": (
        a_submission(brought_over={"system": "cu", "code": "CU-1", "received_at": LATER}),
        "date_in_future",
    ),
    "received_without_a_zone": (
        a_submission(brought_over={"system": "cu", "code": "CU-1", "received_at": "2025-07-01T08:00:00"}),
        "invalid_request",
    ),
    "born_in_the_future": (a_submission(**an_applicant(birth_date=LATER[:10])), "invalid_request"),
    "impossible_date": (a_submission(**an_applicant(birth_date="1999-02-30")), "invalid_request"),
    "document_without_a_code": (a_submission(documents=[{"digitised": True}]), "invalid_request"),
    "note_of_three_megabytes": (a_submission(note="ă" * 1_500_000), "invalid_request"),
    "name_of_three_megabytes": (a_submission(**an_applicant(name="ă" * 1_500_000)), "invalid_request"),
    "lone_surrogate": (a_submission(note="\ud800"), "invalid_request"),
    "nul_character": (a_submission(**an_applicant(name="An\x00")), "invalid_request"),
    "short_identity_number": (a_submission(**an_applicant(identity_number="12345")), "invalid_request"),
    "channel_not_known": (a_submission(channel="pigeon"), "invalid_request"),
    "unknown_field": (a_submission(urgent=True), "invalid_request"),
    "key_that_is_none": (a_submission(key="../../etc"), "invalid_request"),
}


@pytest.mark.parametrize("case", BAD_SUBMISSIONS)
async def test_a_bad_submission_writes_nothing(harness: EngineHarness, case: str) -> None:
    """A bad submission is refused with a stable code, and leaves no row, no code and no workflow."""
    data, code = BAD_SUBMISSIONS[case]
    sender = ROOT if "brought_over" in data else SIGNED_IN
    before = await written(harness)
    with pytest.raises(DomainError) as refused:
        await harness.engine.submit(sender, read_submission(data))
    assert refused.value.code == code
    two_sentences(refused.value)
    assert await written(harness) == before


async def test_a_missing_document_is_told_at_the_desk(harness: EngineHarness) -> None:
    """A submission may lack a document, which is refused only at acceptance."""
    code = (await harness.engine.submit(SIGNED_IN, read_submission(a_submission(documents=[])))).dossier
    harness.made.append(code)
    before = await written(harness)
    with pytest.raises(DomainError) as refused:
        await harness.engine.act(AT_DESK, code, read_act(an_act({"kind": "accept"})))
    assert refused.value.code == "missing_document"
    assert "don" in refused.value.message.vi
    two_sentences(refused.value)
    assert await written(harness) == before


BAD_COMMANDS: dict[str, dict[str, Any]] = {
    "negative_fee": {"kind": "accept", "fee": -1},
    "fractional_fee": {"kind": "accept", "fee": 1000.5},
    "fee_as_text": {"kind": "accept", "fee": "1000"},
    "payment_of_nothing": {"kind": "request_payment", "amount": 0},
    "fractional_payment": {"kind": "request_payment", "amount": 0.5},
    "six_stars": {"kind": "rate", "stars": 6},
    "impossible_date": {"kind": "extend", "until": "2026-02-30", "legal_basis": "Điều 6"},
    "no_such_command": {"kind": "approve_everything"},
    "unknown_field": {"kind": "accept", "free": True},
    "basis_with_a_surrogate": {"kind": "refuse", "legal_basis": "\udcff"},
    "engines_own_command": {"kind": "look_at_clock"},
}


@pytest.mark.parametrize("case", BAD_COMMANDS)
def test_a_bad_command_is_told_at_once(case: str) -> None:
    """A bad command is refused before it is sent."""
    with pytest.raises(InvalidInput) as refused:
        read_act(an_act(BAD_COMMANDS[case]))
    assert refused.value.code == "invalid_request"
    two_sentences(refused.value)


@pytest.mark.parametrize(
    "code", ["không phải mã", "", "H42", "H42.12-250701", "../../x-250701-0001", "\ud800", "a" * 500]
)
@pytest.mark.parametrize("ask", ["act", "dossier", "history"])
async def test_a_dossier_code_that_does_not_parse(harness: EngineHarness, code: str, ask: str) -> None:
    """A malformed dossier code has its own error, and the note is not stored."""
    before = await written(harness)
    request = read_act(an_act({"kind": "accept"}, note="Một ghi chú"))
    with pytest.raises(InvalidInput) as refused:
        await (harness.engine.act(AT_DESK, code, request) if ask == "act" else getattr(harness.engine, ask)(code))
    assert refused.value.code == "dossier_code_unreadable"
    two_sentences(refused.value)
    assert await written(harness) == before


async def test_a_note_for_a_dossier_that_does_not_exist_is_not_kept(harness: EngineHarness) -> None:
    """For an unknown dossier the error is NotFound, and the note is not stored."""
    before = await written(harness)
    with pytest.raises(DomainError) as refused:
        await harness.engine.act(
            AT_DESK, "H42.13285-250701-9999", read_act(an_act({"kind": "withdraw"}, note="Một ghi chú"))
        )
    assert refused.value.code == "unknown_dossier"
    assert await written(harness) == before


def test_bytes_that_are_not_utf8() -> None:
    """A body in another encoding, or cut inside a letter, is refused without being quoted."""
    body = json.dumps(a_submission(), ensure_ascii=False)
    another, cut = body.encode("utf-16"), body.encode()[: body.encode().index("ễ".encode()) + 1]
    single = body.replace(NAME, "\udc80").encode("utf-8", "surrogateescape")
    for broken in (another, cut, single):
        with pytest.raises(InvalidInput) as refused:
            read_submission(broken)
        assert refused.value.code == "invalid_request"
        assert "037099001234" not in refused.value.message.vi


def test_an_error_never_quotes_the_applicant() -> None:
    """An error about a submission names the field, and not its content."""
    wrong = a_submission(**an_applicant(identity_number="0370990012345", birth_date="32/13/1999", phone=NAME))
    with pytest.raises(InvalidInput) as refused:
        read_submission(wrong)
    for text in (refused.value.message.vi, refused.value.message.en, str(refused.value), repr(refused.value.facts)):
        assert "applicant.identity_number" in text
        assert "0370990012345" not in text
        assert "32/13/1999" not in text
        assert NAME not in text


HIDDEN = {
    "escape": "\x1b[1A\x1b[2K", "line": "\n", "carriage": "\r", "bidi": "\u202e", "isolate": "\u2067",
    "zero_width": "\u200b", "mark": "\ufeff",
    "paragraph": "\u2029", "private": "\ue000", "c1": "\x9b31m", "tag": "\U000e0041",
}  # fmt: skip


@pytest.mark.parametrize("hidden", HIDDEN)
def test_no_text_holds_what_nobody_sees(hidden: str) -> None:
    """An invisible character in any text is refused with the field, the character and its place."""
    text = f"Điều 9{HIDDEN[hidden]}khoản 2"
    asked: list[Callable[[], object]] = [
        lambda: read_act(an_act({"kind": "refuse", "legal_basis": text})),
        lambda: read_submission(a_submission(**an_applicant(name=text))),
        lambda: read_submission(a_submission(matter={"address": text})),
        lambda: read_submission(a_submission(**an_applicant(address=text))),
    ]
    if hidden != "line":
        asked.append(lambda: read_act(an_act({"kind": "accept"}, note=text)))
    for one in asked:
        with pytest.raises(InvalidInput) as refused:
            one()
        assert refused.value.code == "invalid_request"
        assert "control_character" in refused.value.message.vi
        assert "vị trí 7" in refused.value.message.vi
        assert text not in refused.value.message.vi


def test_a_note_may_have_lines() -> None:
    """A note may have line breaks, also those of Windows."""
    assert read_act(an_act({"kind": "accept"}, note="Kính gửi\r\nông An\n\t- đơn")).note == "Kính gửi\nông An\n\t- đơn"


@pytest.mark.parametrize(
    "written", [0, 1, 20250701, -1, 1e9, True, "0", "1751353200", "01/07/2025", "2025-7-1", "2025-07-01T00:00:00"]
)
def test_a_day_is_never_a_number(written: Any) -> None:
    """A number is no date, since it would be read as seconds since 1970."""
    for ask in (
        lambda: read_submission(a_submission(**an_applicant(birth_date=written))),
        lambda: read_act(an_act({"kind": "extend", "until": written, "legal_basis": "Điều 6"})),
    ):
        with pytest.raises(InvalidInput) as refused:
            ask()
        assert refused.value.code == "invalid_request"
        assert "2025-07-01" in refused.value.message.vi
        two_sentences(refused.value)


@pytest.mark.parametrize(
    "written",
    [
        0,
        1751353200,
        "1751353200",
        "2025-07-01",
        "2025-07-01T09:30",
        "2025-07-01T09:30:00",
        "9999-12-31T23:59+00:00",
        "0001-01-01T00:00+07:00",
    ],
)
def test_an_instant_has_its_zone_and_is_never_a_number(written: Any) -> None:
    """An instant needs a zone, is no number, and is not at the ends of the calendar."""
    over = {"system": "cu", "code": "HS/2024/0012", "received_at": written}
    correction = {"entry": "received_at", "value": written}
    for ask in (
        lambda: read_submission(a_submission(brought_over=over)),
        lambda: read_act(an_act({"kind": "correct_entry", "correction": correction, "legal_basis": "Điều 6"})),
    ):
        with pytest.raises(InvalidInput) as refused:
            ask()
        assert refused.value.code == "invalid_request"


@pytest.mark.parametrize("written", ["2025-07-01T09:30+07:00", "2025-07-01T02:30:00Z", "2025-07-01 09:30:00.000+0700"])
def test_an_instant_in_any_zone_is_read(written: str) -> None:
    """One instant in three zones is read as the same."""
    over = {"system": "cu", "code": "HS/2024/0012", "received_at": written}
    found = read_submission(a_submission(brought_over=over)).brought_over
    assert found is not None
    assert found.received_at.isoformat() == "2025-07-01T09:30:00+07:00"


@pytest.mark.parametrize("agrees", ["yes", "true", 1, 0, "1", None])
def test_a_boolean_is_true_or_false(agrees: Any) -> None:
    """Only true and false are booleans; "yes" is refused."""
    with pytest.raises(InvalidInput) as refused:
        read_act(an_act({"kind": "give_opinion", "agrees": agrees}))
    assert "true hoặc false" in refused.value.message.vi


@pytest.mark.parametrize(
    "text",
    [
        '{"command_id": "x", "command_id": "y"}',
        "[" * 5_000,
        '{"a": NaN}',
        "9" * 5_000,
        '{"note": ' + "[" * 51 + "]" * 51 + "}",
    ],
)
def test_a_body_is_read_within_bounds_and_in_one_way(text: str) -> None:
    """A repeated key, an endless number or too much depth is refused."""
    for read in (read_act, read_submission):
        with pytest.raises(InvalidInput) as refused:
            read(text)
        assert refused.value.code == "invalid_request"
        two_sentences(refused.value)


NUMBERS = (
    "12/XN-UBND",
    "1234/QĐ-UBND",
    "BL/26E-1",
    "15/2025/NQ-HĐND",
    "01/GPXD",
    "000.00.01.H42-250701-0001",
    "HS 12.3_b",
    "Đ1",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_of_papers_are_what_issuers_write(number: str) -> None:
    """Numbers of results, vouchers and older codes are accepted in the form of decree 30/2020."""
    read_act(an_act({"kind": "sign", "document": "d" * 64, "result_number": number}))
    read_act(an_act({"kind": "resolve", "result_number": number}))
    read_act(an_act({"kind": "confirm_payment", "amount": 1, "voucher": number}))
    over = {"system": "cu", "code": number, "received_at": "2025-07-01T09:30+07:00"}
    read_submission(a_submission(brought_over=over))


@pytest.mark.parametrize("number", ["", "/12", "12;drop", "<b>1</b>", "1" * 65, "12\n13", 12])
def test_a_number_that_is_none_is_told_in_both_languages(number: Any) -> None:
    """The refusal of a number has the rule and an example, in both languages."""
    with pytest.raises(InvalidInput) as refused:
        read_act(an_act({"kind": "resolve", "result_number": number}))
    two_sentences(refused.value)
    assert "match pattern" not in refused.value.message.vi


def test_nobody_is_older_than_the_oldest() -> None:
    """A birth date before the province's oldest age is refused."""
    for born in ("0001-01-01", "1849-12-31"):
        with pytest.raises(InvalidInput):
            read_submission(a_submission(**an_applicant(birth_date=born)))
    old = read_submission(a_submission(**an_applicant(birth_date="1890-01-01"))).applicant
    with pytest.raises(InvalidInput) as refused:
        require_born(old, date(2025, 7, 1), 130)
    assert "130" in refused.value.message.vi
    assert "1890" not in refused.value.message.vi
    require_born(old, date(2025, 7, 1), 140)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_in_either_form_is_the_same_name(form: Any) -> None:
    """A name in NFD equals the name in NFC."""
    submission = read_submission(a_submission(**an_applicant(name=unicodedata.normalize(form, NAME))))
    assert submission.applicant.name == unicodedata.normalize("NFC", NAME)


async def test_rules_that_nobody_published_are_told_before_anything_is_kept(harness: EngineHarness) -> None:
    """With unpublished changes of the province's files submitting and accepting are refused and use no code; earlier
    requests are answered as before."""
    earlier = a_submission()
    receipt = await harness.engine.submit(SIGNED_IN, read_submission(earlier))
    edited = a_small_province()
    calendar = edited.calendars[0].model_copy(update={"version": uuid4().hex[:8]})
    edited = Province.model_construct(**{**dict(edited), "calendars": (calendar,)})
    engine = Engine(harness.env.client, harness.pool, edited, harness.task_queue)
    before = await written(harness)
    for asked in (
        engine.submit(SIGNED_IN, read_submission(a_submission())),
        engine.act(AT_DESK, receipt.dossier, read_act(an_act({"kind": "accept"}))),
    ):
        with pytest.raises(Conflict) as refused:
            await asked
        assert refused.value.code == "rules_not_published"
        assert "lịch làm việc" in refused.value.message.vi
        two_sentences(refused.value)
    assert await written(harness) == before
    assert (await engine.submit(SIGNED_IN, read_submission(earlier))).repeated
    await engine.publish_rules()
    rules_in_force.install(rules_in_force.rulebook().adding(*edited.rulebook().stored()))
    assert not (await engine.submit(SIGNED_IN, read_submission(a_submission()))).repeated


def test_a_later_release_knows_a_submission_that_was_sent_to_this_one() -> None:
    """A new field with its default does not change a fingerprint, so a key can be sent again."""

    class Later(Submission):
        urgency: int = 0

    sent = a_submission()
    earlier = Submission.model_validate_json(json.dumps(sent)).fingerprint
    assert Later.model_validate_json(json.dumps(sent)).fingerprint == earlier
    assert Later.model_validate_json(json.dumps({**sent, "urgency": 1})).fingerprint != earlier


def test_a_fingerprint_says_what_was_sent_and_nothing_of_a_person() -> None:
    """Another document changes the fingerprint; another name, note, address, stand-in or carrier does not."""
    plain = a_submission()

    def of(**changes: Any) -> str:
        return Submission.model_validate_json(json.dumps({**plain, **changes})).fingerprint

    assert of() != of(documents=[{"code": "don", "digitised": True}])
    assert of() == of(**an_applicant(name="Trần Văn Bình"), note="gọi trước", key=uuid4().hex)
    assert of() == of(matter={"territory": HA_NAM, "address": "Thôn 3, Phường Hà Nam"})
    assert of() == of(actor={**plain["actor"], "stands_in_for": "citizen.2"})
    assert of() == of(actor={**plain["actor"], "carried_by": "cong-dich-vu-cong"})
