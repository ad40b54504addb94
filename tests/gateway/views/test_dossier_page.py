"""Tests of a dossier's page: what must be paid, and which date Green Stream shortened."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from rich.console import Console

from domain.changed import changed
from domain.deadlines.limits import GreenCap, Limit, LimitUnit, WhichClock
from domain.dossier.commands import Accept, ReceiveSupplement, Stop, SubmittedDocument, Withdraw
from domain.dossier.context import Rules
from domain.dossier.deciding.lateness import late_minutes
from domain.dossier.outcomes import RecordPaymentOrder, RecordRegistration
from domain.dossier.state import TERMINAL, State
from domain.dossier.view import DossierSummary
from domain.roles import ENGINE, Actor
from gateway.cli.dossier import page_needs
from gateway.cli.dossier.page_money import money
from gateway.cli.dossier.page_view import _synchronised, _titles
from gateway.cli.output import Output
from gateway.i18n.wording import at
from gateway.views.dossier_page import DossierPage, _clock
from gateway.views.names import Names
from gateway.views.possible_acts import possible_acts
from gateway.views.timeline import Language
from tests.support.given import (
    CITIZEN,
    DESK,
    HEAD,
    MONDAY,
    Case,
    accepted,
    in_state,
    processing,
    resolved,
    submitted,
    supplement_asked,
)
from tests.support.small_province import ENTERED_NOWHERE, FREE, PAID, RULEBOOK, UNLIMITED
from tests.support.vietnamese import foreign

NAMES = Names(on=MONDAY.date())
LINK = "https://pay.example/DH-1"


def a_page(**parts: Any) -> DossierPage:
    """A page of which a test uses only some parts."""
    return DossierPage.model_construct(**parts)


def fee_told(case: Case) -> str:
    page = a_page(dossier=case.dossier, fee_grounds=(), published_fee=20_000)
    return dict(money(page, NAMES, Output()))["Phí, lệ phí"]


@pytest.mark.parametrize("ended_by", [(CITIZEN, Withdraw()), (HEAD, Stop(legal_basis="Điều 5"))])
def test_nobody_is_sent_to_pay_for_a_dossier_that_has_ended(ended_by: tuple[Actor, Any]) -> None:
    """The page has the payment link while a fee is requested, and after a withdrawal or stop says that nothing is
    due."""
    case = submitted(PAID)
    case.when(DESK, Accept())
    case.when(ENGINE, RecordPaymentOrder(effect="payment-order/1", order="DH-1", pay_url=LINK))
    assert LINK in fee_told(case)
    case.when(*ended_by)
    assert fee_told(case) == "20.000 đồng, không phải nộp nữa"


def test_what_a_registry_refused_for_good_is_not_said_to_be_under_way() -> None:
    """After a final refusal of a registry the page says who refused, when and why, that the result is valid, and who
    must act."""
    case = resolved(ENTERED_NOWHERE)
    assert _synchronised(case.dossier, NAMES, Output()) == "đang chờ"
    case.fails("register/1")
    assert _synchronised(case.dossier, NAMES, Output()) == "đang chờ"
    case.fails("register/1", final=True)
    text = _synchronised(case.dossier, NAMES, Output())
    assert text.startswith(f"từ chối hẳn lúc {at(case.dossier.incidents[-1].since)} (")
    assert "kết quả đã cấp vẫn có hiệu lực" in text
    assert "Người vận hành" in text
    assert "refused for good" in _synchronised(case.dossier, NAMES, Output(lang="en"))
    case.when(ENGINE, RecordRegistration(effect="register/1", reference="HT-1"))
    assert _synchronised(case.dossier, NAMES, Output()) == "xong"


def test_a_second_supplement_is_said_to_count_as_overdue() -> None:
    """A second supplement is said to count as overdue, before and after it is requested; a first one is not."""
    case = processing()
    assert "766/QĐ-TTg" not in _shown(case)
    case = supplement_asked(case)
    case.when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    assert "request_supplement: đã yêu cầu bổ sung trước đây" in _shown(case)
    assert "Quyết định 766/QĐ-TTg" in _shown(case)
    assert "Decision 766/QĐ-TTg" in _shown(case, "en")


def _shown(case: Case, language: Language = "vi") -> str:
    """The possible acts on the page."""
    acts = possible_acts(case.dossier, Rules.pinned(case.dossier.pins, RULEBOOK), case.now)
    line = tuple(act.in_language(language) for act in acts)
    row = DossierSummary.model_construct(None, code="H42.1-250707-0001")  # type: ignore[call-arg]
    console = Console(width=200, file=io.StringIO())
    console.print(*page_needs.acts(a_page(dossier=case.dossier, acts=line, row=row), Output(lang=language)))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


@pytest.mark.parametrize("state", State)
def test_no_vietnamese_is_left_in_the_commands_of_an_english_page(state: State) -> None:
    """On an English page the placeholders in commands are English, and numbers have no quotes."""
    shown = _shown(in_state(state), "en")
    assert [sign for sign in shown if sign.isalpha() and not sign.isascii()] == []
    assert not any(f'"{word}"' in shown for word in ("<dong>", "<true or false>", "<1 to 5>"))


@pytest.mark.parametrize("state", State)
def test_what_can_be_done_is_told_in_words(state: State) -> None:
    """The act and the role of whoever may do it; what is typed for it stands on the next line, further in."""
    lines = _shown(in_state(state)).splitlines()
    pairs = [(line, typed) for line, typed in pairwise(lines) if re.match(r"      \S", typed)]
    assert pairs or state in TERMINAL
    for line, typed in pairs:
        assert re.fullmatch(r"  \S.*: \S.*", line)
        assert list(foreign(line)) == []
        assert re.fullmatch(r"      [a-z_]+ --as [a-z_]+( --unit \S+)?( --data '.*'?)?", typed)


def titles(case: Case) -> str:
    dossier = case.dossier
    rules = Rules.pinned(dossier.pins, RULEBOOK)
    clocks = tuple(clock for which in WhichClock if (clock := _clock(dossier, which, rules, case.now)))
    page = a_page(dossier=dossier, clocks=clocks)
    return _titles(page, Output())[WhichClock.PROMISED]


def test_green_stream_is_named_only_where_it_shortened() -> None:
    """A cap of 16 hours does not shorten a limit of one day, so Green Stream is not named."""
    assert titles(accepted(FREE)) == "Hẹn trả (Luồng Xanh)"
    assert titles(accepted(UNLIMITED)) == "Hẹn trả"
    case = accepted(FREE)
    timing = case.dossier.deadlines.timing
    assert timing is not None
    assert isinstance(timing.green, GreenCap)
    short = timing.model_copy(update={"statutory": Limit(amount=1, unit=LimitUnit.WORKING_DAY)})
    case.dossier = changed(case.dossier, deadlines=changed(case.dossier.deadlines, timing=short))
    assert titles(case) == "Hẹn trả"


def test_what_is_late_is_never_late_by_nothing() -> None:
    """The page counts lateness by started minutes, so a late dossier is never late by 0."""
    case = accepted(FREE)
    dossier = case.dossier
    assert dossier.deadlines.promised_due is not None
    rules = Rules.pinned(dossier.pins, RULEBOOK)
    for after, minutes in ((timedelta(seconds=30), -1), (timedelta(minutes=3, seconds=1), -4)):
        now = dossier.deadlines.promised_due + after
        clock = _clock(dossier, WhichClock.PROMISED, rules, now)
        assert clock is not None
        assert clock.minutes == minutes
        assert late_minutes(case.dossier, WhichClock.PROMISED, rules, now) == -minutes
