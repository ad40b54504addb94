"""Two weeks of the province in virtual time, and that the independent reading would notice a fault of the ladder."""

from __future__ import annotations

from dataclasses import replace

from tests.support.ninh_binh import FOLDER, ninh_binh
from tools.fortnight.acts import acts
from tools.fortnight.oracle import Oracle
from tools.fortnight.playing import Verdict
from tools.fortnight.running import run
from tools.fortnight.scenario import FIRST_DAY, planned

DOSSIERS = 30
"""`python -m tools province-fortnight` plays 520. A dossier takes 55 ms of processor time."""


def test_each_rung_fires_when_and_to_whom_an_independent_reading_says() -> None:
    """Absences, a holiday, handovers, supplements, and a swamped unit: each rung once, at its instant, to its people;
    each escalation has its answer, its end or its next level by its time."""
    verdict = run(FOLDER, DOSSIERS, 5, lambda _done: None)
    assert verdict.wrong == []
    assert set(verdict.refused) <= {
        "acknowledge_escalation: escalation_ended", "explain_escalation: escalation_ended",
    }  # fmt: skip
    assert len(verdict.fired) >= 9
    assert min(verdict.followed[f"escalation_{what}"] for what in ("acknowledged", "climbed", "ended", "explained")) > 0


def test_the_reading_notices_a_rung_too_much_and_one_too_little() -> None:
    """A dossier without events has missed every rung of its plan; a plan that ended at once expects none of them."""
    province = ninh_binh()
    plan = next(one for one in planned(province, 10, 5) if one.desk == one.unit)
    oracle = Oracle(FOLDER, province.escalation_on(FIRST_DAY).code, province)
    missed = Verdict()
    missed.judge(plan, (), oracle.firings(plan))
    assert len(missed.wrong) == len(oracle.firings(plan)) > 0
    at_once = replace(plan, steps=(plan.received,) * len(plan.procedure.steps), assigned=plan.received)
    assert oracle.firings(at_once) == ()
    assert next(acts(plan, province))[0] == plan.received
