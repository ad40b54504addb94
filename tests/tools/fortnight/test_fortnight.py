"""Two weeks of the province in virtual time, and that the independent reading would notice a fault of the ladder."""

from __future__ import annotations

from dataclasses import replace

from domain.dossier.ladder_play import LadderPlay, fired_in
from domain.rules.audience import audience_of
from tests.support.ninh_binh import FOLDER, ninh_binh
from tools.fortnight.acts import acts
from tools.fortnight.days import NEW_YEAR
from tools.fortnight.in_virtual_time import play_one, run
from tools.fortnight.stage import rules_of, set_stage
from tools.fortnight.verdict import Verdict
from workflows import rules_in_force

DOSSIERS = 40
"""`python -m tools province-fortnight` plays 520. A dossier takes 55 ms of processor time."""


def test_each_rung_fires_when_and_to_whom_an_independent_reading_says() -> None:
    """Absences, a holiday, handovers, supplements, a swamped unit, and what hangs: each rung once, at its instant, to
    its people; each escalation has its answer, its end or its next level by its time; somebody is always
    responsible."""
    verdict = run(FOLDER, DOSSIERS, 5, lambda _done: None)
    assert verdict.wrong == []
    assert set(verdict.refused) <= {
        "acknowledge_escalation: escalation_ended", "explain_escalation: escalation_ended",
    }  # fmt: skip
    assert {"phi-chua-nop", "chua-co-y-kien", "ky-chua-xong", "chuyen-chua-nhan"} <= set(verdict.fired)
    followed = ("acknowledged", "climbed: unanswered", "climbed: unexplained", "ended", "explained")
    assert min(verdict.followed[f"escalation_{what}"] for what in followed) > 0
    assert verdict.followed["moved_to_successor"] > 0
    assert verdict.followed["dossier_escalated: taken over"] > 0


def test_the_ladder_that_was_in_force_gives_what_was_recorded() -> None:
    """`escalation simulate` over the same people finds the same rungs and climbs, event by event: who was told too."""
    stage = set_stage(FOLDER, ninh_binh(), NEW_YEAR, 20, 5)
    with rules_of(stage):
        policy, merged = stage.province.escalation_on(NEW_YEAR.first_day), stage.merged
        played = LadderPlay(
            policy,
            rules_in_force.rulebook(),
            lambda wanted, at: audience_of(wanted, merged.organisation, merged.staff, at),
        )
        for plan in stage.plans[-2:] + stage.plans[:6]:
            events = play_one(plan, stage, Verdict())
            assert played.over(plan.code, events, NEW_YEAR.end) == fired_in(events) != ()


def test_the_reading_notices_a_rung_too_much_and_one_too_little() -> None:
    """A dossier without events has missed every rung of its plan; a plan that ended at once expects none of them."""
    stage = set_stage(FOLDER, ninh_binh(), NEW_YEAR, 10, 5)
    plan = next(one for one in stage.plans if one.desk == one.unit)
    missed = Verdict()
    missed.judge(plan, (), stage.oracle.firings(plan))
    assert len(missed.wrong) == len(stage.oracle.firings(plan)) > 0
    at_once = replace(plan, steps=(plan.received,) * len(plan.procedure.steps), assigned=plan.received)
    assert stage.oracle.firings(at_once) == ()
    assert next(acts(plan, stage.province, stage.organisation.hash))[0] == plan.received
