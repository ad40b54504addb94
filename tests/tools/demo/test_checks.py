"""Tests that each check of the demo fails when its figures do not agree."""

from __future__ import annotations

import pytest

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.rules.rulebook import Rulebook
from domain.values import Bilingual
from tools.demo import checks
from tools.demo.ledger_snapshot import LedgerSnapshot
from tools.demo.report import ClockFigures, LedgerFigures, MoneyFigures, RelayFigures, StateFigures

NOTHING = LedgerSnapshot(dossiers=(), histories={}, rulebook=Rulebook())


def states(*numbers: int) -> tuple[StateFigures, ...]:
    """That many dossiers, in one state each."""
    name = Bilingual(vi="–", en="–")
    return tuple(StateFigures(state=State.RETURNED, portal_code=10, name=name, dossiers=one) for one in numbers)


def clocks(on_time: int) -> tuple[ClockFigures, ...]:
    """Figures with that many on time and two late."""
    return tuple(
        ClockFigures(
            clock=which, resolved_on_time=on_time, resolved_late=2, open_on_time=0, open_late=0, ended_otherwise=0,
            without_clock=0,
        )
        for which in WhichClock
    )  # fmt: skip


def money(**differs: int) -> MoneyFigures:
    """A hundred dong requested: sixty paid online after a refund of ten, twenty at the desk, ten awaited, ten
    lapsed."""
    figures = {
        "dossiers": 5, "asked": 100, "paid_online": 60, "paid_at_desk": 20, "awaited": 10, "lapsed": 10,
        "refunded": 10, "platform_received": 70, "platform_refunded": 10,
    }  # fmt: skip
    return MoneyFigures.model_validate({**figures, **differs})


@pytest.mark.parametrize(("received", "planned", "holds"), [(5, 5, True), (6, 6, False), (5, 6, False)])
def test_received_is_the_sum_of_the_states(received: int, planned: int, holds: bool) -> None:
    """A dossier that is in no state is found."""
    assert checks.states_add_up(received, planned, states(2, 3)).holds is holds


@pytest.mark.parametrize(("accepted", "registered", "holds"), [(10, 10, True), (11, 11, False), (10, 9, False)])
def test_each_clock_tells_of_every_accepted_dossier(accepted: int, registered: int, holds: bool) -> None:
    """A clock whose figures do not add up to the accepted dossiers is found."""
    assert checks.accepted_add_up(accepted, clocks(8), registered).holds is holds


@pytest.mark.parametrize(
    ("figures", "holds"),
    [
        (money(), [True, True]),
        (money(awaited=11), [False, True]),
        (money(platform_received=71), [True, False]),
        (money(refunded=9), [True, False]),
        (money(platform_refunded=9, refunded=9), [True, False]),
    ],
)
def test_money_adds_up_to_the_dong(figures: MoneyFigures, holds: list[bool]) -> None:
    """One missing dong is found."""
    assert [check.holds for check in checks.money_adds_up(figures)] == holds


def test_an_effect_that_happened_twice_is_found() -> None:
    """An effect that happened twice under one key is named; repeated updates of a dossier are not."""
    order = {"service": "order", "key": "H42-1.payment-order-1", "times": 1}
    updated = {"service": "updated", "key": "H42-1", "times": 4}
    assert checks.once({"payments": {"effects": [order, updated]}}).holds
    twice = checks.once({"payments": {"effects": [{**order, "times": 2}]}})
    assert not twice.holds
    assert "H42-1.payment-order-1" in twice.found


def test_an_entry_of_a_registry_that_the_ledger_does_not_know_is_found() -> None:
    """A registry entry that is not in the ledger is found."""
    assert checks.registered_once(NOTHING, {"civil": {"effects": [], "entries": []}}).holds
    assert not checks.registered_once(NOTHING, {"civil": {"effects": [], "entries": [{}]}}).holds


def test_a_dossier_that_the_portal_alone_knows_is_found() -> None:
    """A dossier that only the portal has is found."""
    assert checks.portal_agrees(NOTHING, {"dossiers": []}).holds
    shown = {"dossiers": [{"MaHoSo": "H42-1", "TrangThaiHoSo": "4"}]}
    assert not checks.portal_agrees(NOTHING, shown).holds


@pytest.mark.parametrize(("behind", "refused", "holds"), [(0, 0, True), (1, 0, False), (0, 1, False)])
def test_a_relay_that_lags_or_was_refused_is_found(behind: int, refused: int, holds: bool) -> None:
    """Waiting and refused events of a relay are found."""
    assert checks.relays_caught_up((RelayFigures(relay="portal", behind=behind, refused=refused),)).holds is holds


def test_a_command_that_acted_twice_is_found() -> None:
    """A command that took effect twice is found."""
    assert checks.acted_once(7, 7).holds
    assert not checks.acted_once(7, 8).holds


def test_a_chain_that_is_missing_or_broken_is_found() -> None:
    """A missing or broken chain is found."""
    whole = LedgerFigures(chains=3, events=9, personal_checked=3, problems=())
    assert checks.chains_verify(3, whole).holds
    assert not checks.chains_verify(4, whole).holds
    assert not checks.chains_verify(3, whole.model_copy(update={"problems": ("H42-1 3: altered",)})).holds
