"""A small province: one committee, one centre, two wards, and some procedures."""

from __future__ import annotations

from datetime import date, datetime, time

from domain.deadlines.calendar import DayPattern, DeskSession, Season, Weekday, WorkingCalendar
from domain.deadlines.limits import Counting, GreenCap, GreenFactor, Limit, LimitUnit, SupplementClock, WhichClock
from domain.organisation.organisation import Organisation
from domain.organisation.people import Appointment, Post
from domain.organisation.staff import Staff
from domain.organisation.units import Unit, UnitLevel
from domain.procedures.group import AfterFailure, Child, WhenLate
from domain.procedures.procedure import (
    Channel,
    ChannelTerms,
    ExtensionPolicy,
    FeeCase,
    Level,
    OutsideChecks,
    PaymentPolicy,
    Procedure,
    RequiredDocument,
    ResultDocument,
    Step,
    StepKind,
    SupplementPolicy,
    TerritoryBasis,
)
from domain.roles import Role
from domain.rules.escalation import (
    AtShare,
    BeforeDue,
    CoordinationWaits,
    Council,
    EscalationPolicy,
    HandoverWaits,
    NobodyAssigned,
    OnStep,
    OpinionWaits,
    PastDue,
    PaymentHangs,
    Rung,
    SigningHangs,
    Whom,
)
from domain.rules.province import Province
from domain.rules.province_rules import Defaults, PublishedProcedure, Status
from domain.rules.rulebook import ChildPin, Pins, Rulebook, content_hash
from domain.values import VIETNAM

COMMITTEE, CENTRE, HA_NAM, PHU_LY = "H42", "H42.01", "13366", "13285"
SINCE = date(2025, 7, 1)


def at(text: str) -> datetime:
    """The instant of a text such as `2025-07-01 08:00`, in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def _unit(code: str, name: str, level: UnitLevel, parent: str | None) -> Unit:
    return Unit(code=code, name=name, level=level, parent=parent, authority_id=f"H42.{code}", valid_from=SINCE)


ORGANISATION = Organisation(
    units=(
        _unit(COMMITTEE, "UBND tỉnh", UnitLevel.PROVINCIAL_COMMITTEE, None),
        _unit(CENTRE, "Trung tâm Phục vụ hành chính công tỉnh", UnitLevel.PROVINCIAL_CENTRE, COMMITTEE),
        _unit(HA_NAM, "Phường Hà Nam", UnitLevel.WARD, CENTRE),
        _unit(PHU_LY, "Phường Phủ Lý", UnitLevel.WARD, CENTRE),
    )
)

WEEKDAYS = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
CALENDAR = WorkingCalendar(
    code="small",
    version="1",
    name="Lịch thử",
    first_day=date(2025, 1, 1),
    last_day=date(2028, 12, 31),
    seasons=(
        Season(
            name="Cả năm",
            first_day=date(2025, 1, 1),
            last_day=date(2028, 12, 31),
            week=(
                DayPattern(
                    days=WEEKDAYS,
                    sessions=(
                        DeskSession(opens=time(7, 30), closes=time(11, 30)),
                        DeskSession(opens=time(13, 0), closes=time(17, 0)),
                    ),
                ),
            ),
        ),
    ),
)

ESCALATION = EscalationPolicy(
    code="ladder",
    rungs=(
        Rung(
            code="warn",
            clock=WhichClock.PROMISED,
            trigger=AtShare(percent=80),
            notify=(Whom.OFFICER, Whom.HEAD_OF_UNIT),
        ),
        Rung(code="expiry", clock=WhichClock.PROMISED, trigger=PastDue(working_hours=0), notify=(Whom.HEAD_OF_UNIT,)),
        Rung(code="centre", clock=WhichClock.PROMISED, trigger=PastDue(working_hours=8), notify=(Whom.LEVEL_ABOVE,)),
        Rung(
            code="committee",
            clock=WhichClock.STATUTORY,
            trigger=PastDue(working_hours=8),
            notify=(Whom.LEVEL_ABOVE, Whom.TWO_LEVELS_ABOVE),
            take_over=True,
        ),
    ),
)

ANSWERED = EscalationPolicy(
    code="answered",
    councils=(Council(code="council", name="Hội đồng", members=("p.official.centre", "p.official.top")),),
    rungs=(
        Rung(code="near", clock=WhichClock.PROMISED, trigger=BeforeDue(working_hours=2), notify=(Whom.OFFICER,)),
        Rung(
            code="over",
            clock=WhichClock.PROMISED,
            trigger=PastDue(working_hours=0),
            notify=(Whom.HEAD_OF_UNIT,),
            answer_within_working_hours=4,
            explanation_within_working_hours=16,
        ),
        Rung(
            code="taken",
            clock=WhichClock.STATUTORY,
            trigger=PastDue(working_hours=8),
            notify=(Whom.TWO_LEVELS_ABOVE,),
            take_over=True,
            council="council",
            answer_within_working_hours=8,
        ),
        Rung(
            code="nobody",
            trigger=NobodyAssigned(working_hours=6),
            notify=(Whom.HEAD_OF_UNIT,),
            answer_within_working_hours=2,
        ),
        Rung(code="long-step", trigger=OnStep(working_hours=12, step="process"), notify=(Whom.HEAD_OF_UNIT,)),
        Rung(
            code="handed",
            trigger=HandoverWaits(working_hours=6),
            notify=(Whom.HEAD_OF_UNIT, Whom.LEVEL_ABOVE),
            answer_within_working_hours=2,
        ),
        Rung(code="lost", trigger=CoordinationWaits(working_hours=10), notify=(Whom.COORDINATOR,)),
        Rung(
            code="opinion",
            trigger=OpinionWaits(working_hours=4),
            notify=(Whom.HEAD_OF_UNIT,),
            answer_within_working_hours=2,
        ),
        Rung(code="unsigned", trigger=SigningHangs(working_hours=2), notify=(Whom.SUPERVISOR,)),
        Rung(
            code="unpaid",
            trigger=PaymentHangs(working_hours=8),
            notify=(Whom.HEAD_OF_UNIT,),
            answer_within_working_hours=2,
        ),
    ),
)
"""A ladder with every trigger, with answers and explanations."""

PROCESS = Step(code="process", name="Thẩm định", kind=StepKind.PROCESS, role=Role.SPECIALIST, share=60)
APPROVE = Step(code="approve", name="Duyệt", kind=StepKind.APPROVE, role=Role.HEAD_OF_UNIT, share=20)
SIGN = Step(code="sign", name="Ký", kind=StepKind.SIGN, role=Role.SIGNATORY, share=20)


def _terms(limit: Limit | None, fee: int | None) -> tuple[ChannelTerms, ...]:
    return tuple(ChannelTerms(channel=channel, limit=limit, fee=fee) for channel in Channel)


def a_procedure(code: str, limit: Limit | None, fee: int | None, **changes: object) -> Procedure:
    """A procedure with defaults for the other fields."""
    return Procedure.model_validate(
        {
            "code": code,
            "name": f"Thủ tục {code}",
            "field": "Hộ tịch",
            "decision": "1/QĐ-UBND",
            "level": Level.COMMUNE,
            "territory": TerritoryBasis.RESIDENCE,
            "terms": _terms(limit, fee),
            "documents": (RequiredDocument(code="don", name="Đơn"),),
            "steps": (PROCESS, APPROVE, SIGN),
            "result": ResultDocument(code="KQ.1", name="Kết quả"),
            **changes,
        }
    )


FIVE_DAYS = Limit(amount=5, unit=LimitUnit.WORKING_DAY)
FREE = a_procedure("1.000001", FIVE_DAYS, 0, green=GreenCap(name="16 giờ"))
PAID = a_procedure(
    "1.000002",
    FIVE_DAYS,
    20_000,
    green=GreenFactor(name="50 %"),
    outside=OutsideChecks(population_lookup=True, registry="civil"),
)
UNSIGNED = a_procedure("1.000003", None, 0, steps=(PROCESS.model_copy(update={"share": 100}),), own_limit=FIVE_DAYS)
RESTARTING = a_procedure("1.000004", FIVE_DAYS, 0, counting=Counting(supplement=SupplementClock.RESTART))
LOCAL = a_procedure("1.000005", FIVE_DAYS, 0, receive_anywhere=False)
PAID_LATER = a_procedure("1.000006", FIVE_DAYS, 20_000, payment=PaymentPolicy(before_processing=False))
ASKED_EARLY = a_procedure("1.000007", FIVE_DAYS, 0, supplement=SupplementPolicy(at_most=1, ask_within_working_hours=8))
PROMISED_ANEW = a_procedure("1.000008", None, 0, own_limit=FIVE_DAYS, counting=RESTARTING.counting)
UNLIMITED = a_procedure("1.000009", None, 0)
OPEN_FEE = a_procedure("1.000010", FIVE_DAYS, None, payment=PaymentPolicy(open_fee_at_most=50_000))
POOR = FeeCase(code="ho-ngheo", legal_basis="Điều 10 Nghị quyết 1", fee=0)
TAXED = a_procedure("1.000011", FIVE_DAYS, 20_000, payment=PaymentPolicy(tax_at_most=900_000))
TAXED = TAXED.model_copy(update={"terms": tuple(one.model_copy(update={"fee_cases": (POOR,)}) for one in TAXED.terms)})
CAPPED = a_procedure("1.000013", None, 0, green=GreenCap(name="16 giờ"))
HALF_AS_LONG = a_procedure("1.000014", FIVE_DAYS, 0, extension=ExtensionPolicy(longest_percent=50))
CAREFUL = a_procedure(
    "1.000015",
    FIVE_DAYS,
    0,
    extension=ExtensionPolicy(
        at_most=2, decided_working_hours_before=16, decided_by=(Role.HEAD_OF_UNIT,), needs_note=True
    ),
)
KNOWN_ONLY = a_procedure(
    "1.000012", FIVE_DAYS, 0, outside=OutsideChecks(population_lookup=True, identity_must_match=True)
)
ENTERED_NOWHERE = a_procedure("1.000016", FIVE_DAYS, 0, outside=OutsideChecks(registry="khong-co"))
BIRTH = a_procedure("1.000021", Limit(amount=1, unit=LimitUnit.SAME_DAY), 0)
RESIDENCE = a_procedure(
    "1.000022",
    FIVE_DAYS,
    20_000,
    documents=(RequiredDocument(code="don", name="Đơn"), RequiredDocument(code="nha", name="Giấy tờ nhà ở")),
)
INSURANCE = a_procedure("1.000023", None, None)
FUNERAL = a_procedure("1.000024", FIVE_DAYS, 0)


def a_group(code: str, *children: Child, **changes: object) -> Procedure:
    """An interconnected procedure with these children."""
    documents = (
        RequiredDocument(code="don", name="Đơn"),
        RequiredDocument(code="nha", name="Giấy tờ nhà ở", required=False),
    )
    steps = (PROCESS.model_copy(update={"share": 100}),)
    return a_procedure(code, None, None, **{"children": children, "documents": documents, "steps": steps, **changes})


BORN = a_group(
    "2.000020",
    Child(code="birth", procedure=BIRTH.code),
    Child(code="residence", procedure=RESIDENCE.code, needs_result_of=("birth",), fee=0),
    Child(
        code="insurance",
        procedure=INSURANCE.code,
        needs_result_of=("birth",),
        limit=Limit(amount=3, unit=LimitUnit.WORKING_DAY),
        fee=0,
    ),
)
"""Birth, then residence and insurance beside each other: 1 + 5 working days."""
DIED = a_group(
    "2.000021",
    Child(code="death", procedure=BIRTH.code, on_refused=AfterFailure.END_ALL, on_stopped=AfterFailure.END_ALL),
    Child(code="removal", procedure=RESIDENCE.code, starts_after=("death",), on_late=WhenLate.START_FOLLOWERS),
    Child(code="funeral", procedure=FUNERAL.code, starts_after=("removal",)),
)
"""A chain in which each starts after the one before, whether it has a result or not; with a fee of 20,000 dong."""
PROCEDURES = (
    BIRTH, RESIDENCE, INSURANCE, FUNERAL, BORN, DIED,
    FREE, PAID, UNSIGNED, RESTARTING, LOCAL, PAID_LATER, ASKED_EARLY, PROMISED_ANEW, UNLIMITED, OPEN_FEE, TAXED,
    CAPPED, HALF_AS_LONG, CAREFUL, KNOWN_ONLY, ENTERED_NOWHERE,
)  # fmt: skip

_VERSIONS = {procedure.code: content_hash(procedure) for procedure in PROCEDURES}
RULEBOOK = Rulebook.of(ORGANISATION, CALENDAR, ESCALATION, ANSWERED, *PROCEDURES)


def pins(procedure: Procedure, ladder: EscalationPolicy = ESCALATION) -> Pins:
    """The pins of a dossier of this procedure."""
    return Pins(
        procedure=content_hash(procedure),
        calendar=content_hash(CALENDAR),
        organisation=content_hash(ORGANISATION),
        escalation=content_hash(ladder),
        children=tuple(ChildPin(child=one.code, procedure=_VERSIONS[one.procedure]) for one in procedure.children),
    )


ACTING: tuple[tuple[str, Role, str], ...] = (
    ("desk.phuly", Role.RECEPTION, PHU_LY),
    ("cash.phuly", Role.CASHIER, PHU_LY),
    ("head.phuly", Role.HEAD_OF_UNIT, PHU_LY),
    ("desk.hanam", Role.RECEPTION, HA_NAM),
    ("officer.hanam", Role.SPECIALIST, HA_NAM),
    ("head.hanam", Role.HEAD_OF_UNIT, HA_NAM),
    ("clerk.hanam", Role.CLERK, HA_NAM),
    ("official.hanam", Role.SIGNATORY, HA_NAM),
    ("official.centre", Role.SIGNATORY, CENTRE),
    ("official.top", Role.SIGNATORY, COMMITTEE),
    ("op.1", Role.OPERATOR, CENTRE),
    ("op.2", Role.OPERATOR, CENTRE),
    ("an", Role.SPECIALIST, HA_NAM),
    ("binh", Role.SPECIALIST, HA_NAM),
    *((f"officer.{number}", Role.SPECIALIST, HA_NAM) for number in range(30)),
)
"""The people of the tests, each with one post, since the engine accepts only known people."""


def people(*acting: tuple[str, Role, str]) -> Staff:
    """Staff with these people in these roles and units, in force since the province is."""
    posts = {person: Post(code=f"p.{person}", unit=unit, role=role, title=role.value) for person, role, unit in acting}
    held = (Appointment(person=person, post=post.code, valid_from=SINCE) for person, post in posts.items())
    return Staff(posts=tuple(posts.values()), appointments=tuple(held))


def a_small_province() -> Province:
    """The same province as configuration, for the client library."""
    return Province(
        code="H42",
        name="Tỉnh thử",
        defaults=Defaults(calendar=CALENDAR.code, escalation=ESCALATION.code),
        organisation=ORGANISATION,
        staff=people(*ACTING),
        calendars=(CALENDAR,),
        escalations=(ESCALATION,),
        procedures=tuple(
            PublishedProcedure(procedure=procedure, status=Status.ACTIVE, effective_from=SINCE)
            for procedure in PROCEDURES
        ),
    )
