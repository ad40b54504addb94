"""The page of a dossier says what is so: what is to be paid, and which date Green Stream shortened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.deadlines.limits import GreenCap, Limit, LimitUnit, WhichClock
from domain.dossier.commands import Accept, Stop, Withdraw
from domain.dossier.context import Rules
from domain.dossier.deciding.lateness import late_minutes
from domain.dossier.outcomes import RecordPaymentOrder
from domain.roles import Actor
from gateway.cli.output import Output
from gateway.cli.page_money import money
from gateway.cli.page_view import _titles
from gateway.dossier_page import DossierPage, _clock
from gateway.names import Names
from tests.domain.dossier.given import CITIZEN, DESK, ENGINE, HEAD, MONDAY, Case, accepted, submitted
from tests.small_province import FREE, PAID, RULEBOOK, UNLIMITED

NAMES = Names(on=MONDAY.date())
LINK = "https://pay.example/DH-1"


def a_page(**parts: Any) -> DossierPage:
    """A page of which only some parts are looked at."""
    return DossierPage.model_construct(**parts)


def fee_told(case: Case) -> str:
    page = a_page(dossier=case.dossier, fee_grounds=(), published_fee=20_000)
    return dict(money(page, NAMES, Output()))["Phí, lệ phí"]


@pytest.mark.parametrize("ended_by", [(CITIZEN, Withdraw()), (HEAD, Stop(legal_basis="Điều 5"))])
def test_nobody_is_sent_to_pay_for_a_dossier_that_has_ended(ended_by: tuple[Actor, Any]) -> None:
    """While the fee is asked for the page has the link; once withdrawn or stopped, that nothing is to be paid."""
    case = submitted(PAID)
    case.when(DESK, Accept())
    case.when(ENGINE, RecordPaymentOrder(effect="payment-order/1", order="DH-1", pay_url=LINK))
    assert LINK in fee_told(case)
    case.when(*ended_by)
    assert fee_told(case) == "20.000 đồng, không phải nộp nữa"


def titles(case: Case) -> str:
    dossier = case.dossier
    assert dossier.pins is not None
    rules = Rules.pinned(dossier.pins, RULEBOOK)
    clocks = tuple(clock for which in WhichClock if (clock := _clock(dossier, which, rules, case.now)))
    page = a_page(dossier=dossier, clocks=clocks)
    return _titles(page, Output())[WhichClock.PROMISED]


def test_green_stream_is_named_only_where_it_shortened() -> None:
    """A cap of 16 hours leaves a limit of one day as it is: the promised date is the statutory one."""
    assert titles(accepted(FREE)) == "Hẹn trả (Luồng Xanh)"
    assert titles(accepted(UNLIMITED)) == "Hẹn trả"
    case = accepted(FREE)
    timing = case.dossier.timing
    assert timing is not None
    assert isinstance(timing.green, GreenCap)
    short = timing.model_copy(update={"statutory": Limit(amount=1, unit=LimitUnit.WORKING_DAY)})
    case.dossier = case.dossier.model_copy(update={"timing": short})
    assert titles(case) == "Hẹn trả"


def test_what_is_late_is_never_late_by_nothing() -> None:
    """The minutes that the page tells are those by which it will be judged late: one that has begun counts."""
    case = accepted(FREE)
    dossier = case.dossier
    assert dossier.pins is not None
    assert dossier.promised_due is not None
    rules = Rules.pinned(dossier.pins, RULEBOOK)
    for after, minutes in ((timedelta(seconds=30), -1), (timedelta(minutes=3, seconds=1), -4)):
        now = dossier.promised_due + after
        clock = _clock(dossier, WhichClock.PROMISED, rules, now)
        assert clock is not None
        assert clock.minutes == minutes
        assert late_minutes(case.dossier, WhichClock.PROMISED, rules, now) == -minutes
