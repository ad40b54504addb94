"""The rules of the standard dossier: six outside calls, two timers, a calendar that is always open."""

from __future__ import annotations

from datetime import date, time
from functools import cache

from domain.deadlines.calendar import DayPattern, DeskSession, Season, Weekday, WorkingCalendar
from domain.deadlines.limits import GreenCap, Limit, LimitUnit, WhichClock
from domain.organisation.organisation import Organisation
from domain.organisation.people import Appointment, Post
from domain.organisation.staff import Staff
from domain.organisation.units import Unit, UnitLevel
from domain.procedures.procedure import (
    Channel,
    ChannelTerms,
    Level,
    OutsideChecks,
    PaymentPolicy,
    Procedure,
    RequiredDocument,
    ResultDocument,
    Step,
    StepKind,
    TerritoryBasis,
)
from domain.roles import Role
from domain.rules.escalation import AtShare, EscalationPolicy, PastDue, Rung, Whom
from domain.rules.province import Province
from domain.rules.province_rules import Defaults, PublishedProcedure, Status

WARD, CENTRE, COMMITTEE = "13366", "TTPVHCC", "UBND"
SINCE = date(2025, 1, 1)
CODE, FEE = "9.000001", 20_000
POLL_AFTER_SECONDS = 1
"""The first timer: the callback is lost, so the dossier asks the platform itself."""


@cache
def standard_province() -> Province:
    """A province of one ward with one procedure."""
    return Province(
        code="BENCH",
        name="Tỉnh đo đạc",
        defaults=Defaults(calendar="always", escalation="bench"),
        organisation=Organisation(
            units=(
                _unit(COMMITTEE, UnitLevel.PROVINCIAL_COMMITTEE, None),
                _unit(CENTRE, UnitLevel.PROVINCIAL_CENTRE, COMMITTEE),
                _unit(WARD, UnitLevel.WARD, CENTRE),
            )
        ),
        staff=_staff(),
        calendars=(_always_open(),),
        escalations=(_ladder(),),
        procedures=(PublishedProcedure(procedure=_procedure(), status=Status.ACTIVE, effective_from=SINCE),),
    )


def _staff() -> Staff:
    """One person for each role of the ward that the drivers use."""
    roles = (Role.RECEPTION, Role.SPECIALIST, Role.SIGNATORY)
    return Staff(
        posts=tuple(Post(code=f"p.{role}", unit=WARD, role=role, title=role.value) for role in roles),
        appointments=tuple(Appointment(person=f"w.{role}", post=f"p.{role}", valid_from=SINCE) for role in roles),
    )


def _unit(code: str, level: UnitLevel, parent: str | None) -> Unit:
    return Unit(code=code, name=code, level=level, parent=parent, authority_id=f"H42.{code}", valid_from=SINCE)


def _always_open() -> WorkingCalendar:
    all_day = DeskSession(opens=time(0, 0), closes=time(23, 59))
    week = (DayPattern(days=tuple(Weekday), sessions=(all_day,)),)
    years = {"first_day": date(2025, 1, 1), "last_day": date(2035, 12, 31)}
    season = Season(name="Luôn mở", week=week, **years)
    return WorkingCalendar(code="always", version="1", name="Luôn mở", seasons=(season,), **years)


def _ladder() -> EscalationPolicy:
    warning = Rung(
        code="warn", clock=WhichClock.PROMISED, trigger=AtShare(percent=50), notify=(Whom.OFFICER, Whom.HEAD_OF_UNIT)
    )
    expiry = Rung(
        code="expiry", clock=WhichClock.PROMISED, trigger=PastDue(working_hours=0), notify=(Whom.HEAD_OF_UNIT,)
    )
    return EscalationPolicy(code="bench", rungs=(warning, expiry))


def _procedure() -> Procedure:
    limit = Limit(amount=8, unit=LimitUnit.HOUR)
    return Procedure(
        code=CODE,
        name="Hồ sơ chuẩn",
        field="Đo đạc",
        decision="–",
        level=Level.COMMUNE,
        territory=TerritoryBasis.RESIDENCE,
        terms=(ChannelTerms(channel=Channel.ONLINE, limit=limit, fee=FEE),),
        green=GreenCap(name="1 giờ", working_hours=1),
        documents=(RequiredDocument(code="don", name="Đơn"),),
        steps=(
            Step(code="process", name="Thẩm định", kind=StepKind.PROCESS, role=Role.SPECIALIST, share=70),
            Step(code="sign", name="Ký", kind=StepKind.SIGN, role=Role.SIGNATORY, share=30),
        ),
        payment=PaymentPolicy(poll_after_seconds=POLL_AFTER_SECONDS),
        result=ResultDocument(code="KQ", name="Kết quả"),
        outside=OutsideChecks(population_lookup=True, registry="civil"),
    )
