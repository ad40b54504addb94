"""Tests of the explained ladder, and of a ladder that is played over what happened."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.dossier.commands import (
    Accept,
    AcknowledgeEscalation,
    AcknowledgeHandover,
    Assign,
    ExplainEscalation,
    ExplanationCause,
    HandBack,
    RequestSupplement,
    Stop,
)
from domain.dossier.context import Rules
from domain.dossier.events import DeadlineWarned, DossierEscalated
from domain.dossier.ladder import RungHeld, RungStatus
from domain.dossier.ladder_play import LadderPlay, fired_in
from domain.dossier.react import next_wake_up
from domain.notices.ladder_counts import Comparing
from domain.organisation.people import Absence, Delegation
from domain.organisation.staff import Staff
from domain.roles import Actor, Role
from domain.rules.audience import Audience, AudienceWanted, audience_of
from domain.rules.escalation import EscalationPolicy
from gateway.views.ladder_explanation import ExplainedRung, explain_ladder, ladder_lines
from gateway.views.names import Names
from tests.support.given import CITIZEN, DESK, HEAD, OFFICER, Case, a_submission
from tests.support.recorded import recorded
from tests.support.small_province import (
    ACTING,
    ANSWERED,
    CENTRE,
    COMMITTEE,
    ESCALATION,
    FREE,
    HA_NAM,
    ORGANISATION,
    RULEBOOK,
    at,
    people,
    pins,
)

STAFF = people(
    *ACTING,
    ("head.centre", Role.HEAD_OF_UNIT, CENTRE),
    ("head.top", Role.HEAD_OF_UNIT, COMMITTEE),
    ("supervisor.top", Role.SUPERVISOR, COMMITTEE),
)
HEAD_AT_TOP = Actor(person="head.top", role=Role.HEAD_OF_UNIT, unit=COMMITTEE)
END = at("2025-08-15 08:00")


def given(policy: EscalationPolicy = ANSWERED) -> Case:
    """Given: accepted on Monday 7 July 2025 at 08:00 and acknowledged by ward Hà Nam, where an officer has it."""
    case = Case()
    case.when(CITIZEN, a_submission(FREE, pins=pins(FREE, policy)))
    case.when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    case.when(HEAD, Assign(person=OFFICER.person))
    return case


def explained(case: Case, staff: Staff = STAFF) -> dict[str, list[ExplainedRung]]:
    """The rungs of a dossier as they are explained now, by their codes."""
    rules = Rules.pinned(case.dossier.pins, RULEBOOK)
    story = recorded(case.events)
    found = explain_ladder(case.dossier, rules, story, staff, ORGANISATION, case.now)
    by_code: dict[str, list[ExplainedRung]] = {}
    for rung in found.rungs:
        by_code.setdefault(rung.rung, []).append(rung)
    return by_code


def test_a_rung_ahead_says_when_to_whom_and_what_follows() -> None:
    """It is what will be recorded: the instant, the clock's date, the people of now, and the times for answers."""
    [over] = explained(given())["over"]
    assert (over.status, over.at, over.due) == (RungStatus.AHEAD, at("2025-07-09 08:00"), at("2025-07-09 08:00"))
    assert [one.person for one in over.people] == [HEAD.person]
    assert (over.answer_by, over.explain_by, over.explains) == (
        at("2025-07-09 13:30"), at("2025-07-11 08:00"), HA_NAM,
    )  # fmt: skip
    [taken] = explained(given())["taken"]
    assert (taken.takes_over, taken.council) == (COMMITTEE, "council")


def test_what_is_ahead_is_what_fires() -> None:
    """Every rung that is ahead fires at the instant that was told, if nothing happens before."""
    case = given()
    ahead = {one.rung: one for several in explained(case).values() for one in several if one.at}
    _untouched(case, at("2025-07-25 08:00"))
    fired = {one.rung: one for one in fired_in(case.events) if isinstance(one, DeadlineWarned | DossierEscalated)}
    for code, told in ahead.items():
        assert (fired[code].at, fired[code].answer_by, fired[code].explain_by) == (
            told.at, told.answer_by, told.explain_by,
        )  # fmt: skip
        assert fired[code].addressees == told.people


def test_a_stand_in_and_who_was_passed_over_are_named() -> None:
    """The head is away: the stand-in is named for whom; without one it goes one level up, and the reasons say so."""
    began = at("2025-07-01 00:00")
    away = (Absence(person=HEAD.person, began=began, ground="Nghỉ phép"),)
    given_to = Delegation(giver=HEAD.person, receiver="an", roles=(Role.HEAD_OF_UNIT,), began=began, source="QĐ 1")
    [over] = explained(given(), STAFF.model_copy(update={"absences": away, "delegations": (given_to,)}))["over"]
    assert [(one.person, one.stands_in_for) for one in over.people] == [("an", HEAD.person)]
    [over] = explained(given(), STAFF.model_copy(update={"absences": away}))["over"]
    assert [one.person for one in over.people] == ["head.centre"]
    assert over.passed_over


def test_why_a_rung_does_not_fire() -> None:
    """No such wait, fired already for this occasion, paused, ended, not accepted."""
    case = given()
    assert explained(case)["unsigned"][0].held is RungHeld.NO_SUCH_WAIT
    case.until("2025-07-09 08:00").tick_with(STAFF)
    [over] = explained(case)["over"]
    assert (over.status, over.escalation) == (RungStatus.FIRED, 1)
    paused = given()
    paused.when(OFFICER, RequestSupplement(documents=("don",), legal_basis="Luật"))
    assert explained(paused)["over"][0].held is RungHeld.PAUSED
    stopped = given()
    stopped.when(HEAD, Stop(legal_basis="Luật"))
    assert {one.held for several in explained(stopped).values() for one in several} == {RungHeld.ENDED}
    waiting = Case()
    waiting.when(CITIZEN, a_submission(FREE, pins=pins(FREE, ANSWERED)))
    assert explained(waiting)["over"][0].held is RungHeld.NOT_ACCEPTED


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_rung_is_told_in_lines(language: str) -> None:
    """Each rung has its lines in both languages, without an unfilled fact."""
    case = given()
    case.until("2025-07-09 08:00").tick_with(STAFF)
    rules = Rules.pinned(case.dossier.pins, RULEBOOK)
    story = recorded(case.events)
    found = explain_ladder(case.dossier, rules, story, STAFF, ORGANISATION, case.now)
    text = "\n".join(ladder_lines(found, language, Names.of_rules(rules, case.now.date())))  # type: ignore[arg-type]
    assert all(rung.code in text for rung in ANSWERED.rungs)
    assert "None" not in text
    assert "{" not in text


def _untouched(case: Case, until: datetime) -> None:
    """Nobody acts until an instant: the timer fires whenever it is to."""
    while (wake_up := next_wake_up(case.dossier, Rules.pinned(case.dossier.pins, RULEBOOK))) and wake_up <= until:
        case.now = max(wake_up, case.now)
        if not case.tick_with(STAFF):
            return
    case.now = until


def the_audience(wanted: AudienceWanted, now: datetime) -> Audience:
    """The people of the small province at an instant."""
    return audience_of(wanted, ORGANISATION, STAFF, now)


def a_life_with_answers() -> Case:
    """Answered late, explained after its time, taken over, handed back, and left alone."""
    case = given()
    _untouched(case, at("2025-07-10 08:00"))
    first = case.dossier.escalations[0].number
    case.when(HEAD, ExplainEscalation(escalation=first, cause=ExplanationCause.OVERLOAD))
    _untouched(case, at("2025-07-22 08:00"))
    assert case.dossier.routing.taken_over
    case.when(HEAD_AT_TOP, HandBack(legal_basis="QĐ 1"))
    _untouched(case, END)
    return case


@pytest.mark.parametrize("life", [given, a_life_with_answers])
def test_the_same_ladder_played_again_does_the_same(life: object) -> None:
    """Played over the events of a dossier, the ladder that it pins fires and climbs as it did, for the same people."""
    case = life()  # type: ignore[operator]
    _untouched(case, END)
    played = LadderPlay(ANSWERED, RULEBOOK, the_audience).over(case.dossier.code, case.events, END)
    assert [_what(one) for one in played] == [_what(one) for one in fired_in(case.events)]
    assert played


def _what(event: object) -> tuple[object, ...]:
    fields = ("kind", "at", "rung", "occasion", "because", "unit", "addressees", "answer_by", "at_top", "responsible")
    return tuple(getattr(event, name, None) for name in fields)


def test_an_answer_counts_for_the_same_rung_of_another_ladder() -> None:
    """Who acknowledged the recorded rung acknowledged that of the played ladder, which does not climb then."""
    case = given()
    case.until("2025-07-09 08:00").tick_with(STAFF)
    case.when(HEAD, AcknowledgeEscalation(escalation=1))
    play = LadderPlay(ANSWERED, RULEBOOK, the_audience)
    kinds = [one.kind for one in play.over(case.dossier.code, case.events, at("2025-07-10 08:00"))]
    assert "escalation_climbed" not in kinds


def test_two_ladders_are_compared() -> None:
    """Rungs, climbs, digests, and the dossiers that only one of them escalates; what lies outside the period is not
    counted."""
    case = given()
    _untouched(case, END)
    early = EscalationPolicy(code="early", rungs=ESCALATION.rungs[:1])
    played = LadderPlay(early, RULEBOOK, the_audience).over(case.dossier.code, case.events, END)
    comparing = Comparing(at("2025-07-01 00:00"), END, 15)
    comparing.add(case.dossier.code, fired_in(case.events), played)
    found = comparing.result()
    assert (found.no_longer, found.no_longer_examples, found.newly) == (1, (case.dossier.code,), 0)
    assert {one.rung: (one.before, one.after) for one in found.rungs}["warn"] == (0, 1)
    assert found.before.climbs > 0 == found.after.climbs
    assert found.before.digests <= found.before.lines
    assert (found.before.without_people, found.after.without_people) == (0, 0)
    later = Comparing(END, at("2025-09-01 00:00"), 15)
    later.add(case.dossier.code, fired_in(case.events), played)
    assert later.result().before.escalated == 0
