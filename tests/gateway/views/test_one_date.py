"""A property test that receipt, explanation, batch and ladder give the same two dates."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.deadlines.explain import Derivation
from domain.deadlines.limits import (
    Counting,
    GreenCap,
    GreenFactor,
    GreenRule,
    GreenScope,
    Limit,
    LimitUnit,
    Rounding,
    WhichClock,
    WorkingDayMethod,
)
from domain.dossier.commands import Accept, AcknowledgeHandover, Assign, Resume, Suspend
from domain.dossier.context import Rules
from domain.dossier.deciding.deadlines import rungs_ahead
from domain.procedures.procedure import Channel, ChannelTerms, Procedure
from domain.procedures.published_limits import PublishedLimits
from domain.rules.escalation import EscalationPolicy, PastDue, Rung, Whom
from domain.rules.province import Province
from domain.rules.province_rules import PublishedProcedure, Status
from domain.rules.rulebook import Rulebook, content_hash
from gateway.cli.deadline_explain import Asked, explain_as
from gateway.views.deadline_batch import run
from gateway.views.deadline_calculation import own_procedures
from tests.support.given import CITIZEN, DESK, HEAD, OFFICER, a_submission
from tests.support.random_lives import Life
from tests.support.small_province import (
    APPROVE,
    CALENDAR,
    ORGANISATION,
    PROCESS,
    SIGN,
    SINCE,
    a_procedure,
    a_small_province,
    at,
    pins,
)

EXPIRY = EscalationPolicy(
    code="ladder",
    rungs=tuple(
        Rung(code=which, clock=which, trigger=PastDue(working_hours=0), notify=(Whom.OFFICER,)) for which in WhichClock
    ),
)
"""A ladder with rungs exactly at the two dates."""

limits = st.builds(
    Limit, amount=st.integers(1, 30), unit=st.sampled_from([unit for unit in LimitUnit if unit != LimitUnit.SAME_DAY])
) | st.just(Limit(amount=1, unit=LimitUnit.SAME_DAY))
base = {
    "name": st.just("Luồng Xanh"),
    "applies_to": st.sampled_from(GreenScope),
    "excluded_steps": st.sampled_from([(), ("process",), ("sign", "approve"), ("process", "approve", "sign")]),
    "legal_minimum_minutes": st.sampled_from([0, 0, 60, 2_000]),
    "rounding": st.sampled_from(Rounding),
}
greens: st.SearchStrategy[GreenRule | None] = (
    st.none()
    | st.builds(GreenCap, working_hours=st.sampled_from([1, 8, 16, 40]), **base)
    | st.builds(GreenFactor, factor=st.sampled_from(["0.5", "0.3"]), **base)
)
countings = st.builds(Counting, working_day=st.sampled_from(WorkingDayMethod), hours_are_working=st.booleans())
shares = st.sampled_from([(60, 20, 20), (100, 0, 0), (34, 33, 33)])


@st.composite
def procedures(draw: st.DrawFn) -> Procedure:
    """A procedure with its own limit for each channel, and any counting and promise."""
    parts = draw(shares)
    steps = tuple(
        step.model_copy(update={"share": share}) for step, share in zip((PROCESS, APPROVE, SIGN), parts, strict=True)
    )
    terms = tuple(ChannelTerms(channel=one, limit=draw(st.none() | limits), fee=0) for one in Channel)
    return a_procedure(
        "1.000099",
        None,
        0,
        terms=terms,
        own_limit=draw(st.none() | limits),
        green=draw(greens),
        counting=draw(countings),
        steps=steps,
    )


def province_of(procedure: Procedure) -> Province:
    """The small province with this procedure."""
    published = PublishedProcedure(procedure=procedure, status=Status.ACTIVE, effective_from=SINCE)
    return a_small_province().model_copy(update={"procedures": (published,), "escalations": (EXPIRY,)})


def the_receipt(procedure: Procedure, channel: Channel, received: datetime, pauses: list[tuple[int, int]]) -> Life:
    """A dossier that is accepted, then suspended and resumed several times."""
    life = Life(now=received, book=Rulebook.of(ORGANISATION, CALENDAR, EXPIRY, procedure))
    under = pins(procedure).model_copy(update={"escalation": content_hash(EXPIRY)})
    life.act(CITIZEN, a_submission(procedure, pins=under, channel=channel))
    life.act(DESK, Accept())
    life.act(HEAD, AcknowledgeHandover())
    life.act(HEAD, Assign(person=OFFICER.person))
    for after, lasts in pauses:
        life.now += timedelta(minutes=after)
        life.act(HEAD, Suspend(legal_basis="Điều 5"))
        life.now += timedelta(minutes=lasts)
        life.act(HEAD, Resume())
    assert life.refusals == []
    return life


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    procedures(),
    st.sampled_from(Channel),
    st.integers(0, 60 * 24 * 400),
    st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 9_000)), max_size=3),
)
def test_one_date_at_every_door(
    procedure: Procedure, channel: Channel, minutes: int, pauses: list[tuple[int, int]]
) -> None:
    """For any procedure, channel, policy and pauses, the receipt, `deadline explain`, `--batch` and the ladder
    agree."""
    received = at("2025-07-02 00:00") + timedelta(minutes=minutes)
    life, province = the_receipt(procedure, channel, received, pauses), province_of(procedure)
    timing, dossier = life.dossier.deadlines.timing, life.dossier
    assert timing is not None
    receipt = {
        WhichClock.STATUTORY: dossier.deadlines.statutory_due,
        WhichClock.PROMISED: dossier.deadlines.promised_due,
    }
    spans = tuple((one.began, one.ended) for one in timing.pauses if one.ended)

    explained = explain_as(
        province,
        PublishedLimits({}),
        Asked(procedure.code, channel, None, received, "own", spans, None, None),
    )
    for which, explanation in ((WhichClock.STATUTORY, explained.statutory), (WhichClock.PROMISED, explained.promised)):
        assert (explanation.due if isinstance(explanation, Derivation) else None) == receipt[which]

    answer = the_batch(province, procedure.code, channel, received, spans)
    assert answer == {f"{which}_due": due.isoformat() if due else None for which, due in receipt.items()}

    rules = Rules.pinned(dossier.pins, life.book)
    rungs = {rung.clock: instant for instant, rung, _ in rungs_ahead(dossier, rules)}
    assert rungs == {which: due for which, due in receipt.items() if due is not None}


def the_batch(
    province: Province, code: str, channel: Channel, received: datetime, spans: tuple[tuple[datetime, datetime], ...]
) -> dict[str, Any]:
    """The batch's answer to one line, without the id."""
    pauses = [[began.isoformat(), ended.isoformat()] for began, ended in spans]
    line = {"id": 1, "code": code, "channel": channel, "received": received.isoformat(), "green": "own"}
    (text,) = run(
        [json.dumps({**line, "pauses": pauses})],
        PublishedLimits({}),
        CALENDAR,
        Counting(),
        procedures=own_procedures(province),
    )
    answer: dict[str, Any] = json.loads(text)
    assert answer.pop("id") == 1
    return answer


def test_each_step_is_shortened_at_intake_as_it_is_explained() -> None:
    """When each step has at most 8 of 24 hours, receipt and explanation agree."""
    green = GreenCap(name="8 giờ mỗi bước", working_hours=8, applies_to=GreenScope.EACH_STEP)
    days = Limit(amount=5, unit=LimitUnit.WORKING_DAY)
    procedure = a_procedure("1.000098", days, 0, green=green)
    life = the_receipt(procedure, Channel.COUNTER, at("2025-07-07 07:30"), [])
    assert life.dossier.deadlines.timing is not None
    assert life.dossier.deadlines.timing.step_shares == (60, 20, 20)
    assert life.dossier.deadlines.promised_due == at("2025-07-09 17:00")


def test_a_catalogue_that_is_named_counts_alone() -> None:
    """With a named catalogue only the published limit counts, and `own` promises nothing."""
    rows = ['{"code": "1.000097", "channels": [{"channel": "online", "limit": 1, "unit": "working_day"}]}']
    line = {"id": 1, "code": "1.000097", "channel": "online", "received": "2025-07-07T07:30:00+07:00", "green": "own"}
    (text,) = run([json.dumps(line)], PublishedLimits.of_national(rows), CALENDAR, Counting())
    assert json.loads(text) == {"id": 1, "statutory_due": "2025-07-07T17:00:00+07:00", "promised_due": None}


def test_a_batch_tells_the_date_that_it_knows() -> None:
    """When only the statutory date is after the calendar's end, the batch gives the promise and names the other as
    open."""
    rows = ['{"code": "1.000097", "channels": [{"channel": "online", "limit": 30, "unit": "working_day"}]}']
    line = {"id": 1, "code": "1.000097", "channel": "online", "received": "2028-12-04T07:30:00+07:00", "green": "cap16"}
    (text,) = run([json.dumps(line)], PublishedLimits.of_national(rows), CALENDAR, Counting())
    expected = {
        "id": 1,
        "statutory_due": None,
        "promised_due": "2028-12-05T17:00:00+07:00",
        "beyond_calendar": ["statutory"],
    }
    assert json.loads(text) == expected
