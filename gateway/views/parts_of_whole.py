"""The parts of an interconnected dossier for people: each with its authority and how it stands, and what follows.

The citizen has one dossier, one code and one date. So a part that ends without a result, or is late, is always told
together with what that means for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from domain.dossier.context import Rules
from domain.dossier.deciding.interconnected import plan
from domain.dossier.group_commands import FAILED, ChildStatus
from domain.dossier.state import ChildOfDossier, Dossier
from domain.errors import DomainError
from domain.organisation.routing import route
from domain.procedures.critical_path import Plan, PlannedChild
from domain.procedures.group import Child
from domain.values import Bilingual, Code, Instant, Name, Value
from gateway.i18n.wording import say
from gateway.views.names import Names

OTHERS_GO_ON = say("Các phần khác vẫn được giải quyết.", "The other parts go on.")
NOTHING_LEFT = say("Không còn phần nào phải giải quyết.", "No part is left to be done.")
LATE_PART = say(
    "Phần này đã quá ngày của nó. Cơ quan giải quyết phải chịu trách nhiệm; ngày hẹn chung không đổi.",
    "This part is past its own date. Its authority answers for that; the promised date of the whole stays.",
)


class Part(Value):
    """One part of the whole."""

    child: Code
    name: Name
    procedure: Code
    dossier: Code | None
    """Its own dossier, for officers; None while it is not opened."""
    authority: str | None
    status: ChildStatus
    due: Instant | None
    late: bool
    result_number: str | None
    limit: Bilingual
    critical: bool
    """True: the promised date of the whole comes from it."""
    fee: int | None
    """Its part of the one fee, in dong."""
    told: tuple[Bilingual, ...]
    """What it waits for, why it ended, and what follows for the others."""


def parts_of(
    dossier: Dossier, rules: Rules, names: Names, today: date, handled_by: Mapping[Code, Code | None]
) -> tuple[Part, ...]:
    """The parts in their order; empty for any other dossier. `handled_by`: the unit that has each child's dossier."""
    planned = plan(rules, dossier.pins, dossier.intake)
    if planned is None or not dossier.children:
        return ()
    lines = {line.child: line for line in planned.children}
    group = {child.code: child for child in rules.procedure.children}
    return tuple(
        _part(one, lines[one.child], group, dossier, _authority(one, dossier, rules, names, today, handled_by))
        for one in dossier.children
    )


def planned_parts(dossier: Dossier, rules: Rules, names: Names, today: date) -> tuple[Part, ...]:
    """The same before the intake too, and without what has become of them: for the receipt."""
    planned = plan(rules, dossier.pins, dossier.intake)
    if planned is None:
        return ()
    group = {child.code: child for child in rules.procedure.children}
    found = []
    for line in planned.children:
        known = ChildOfDossier(child=line.child, procedure=line.procedure, name=line.name)
        found.append(_part(known, line, group, dossier, _authority(known, dossier, rules, names, today, {})))
    return tuple(found)


def path_reasons(dossier: Dossier, rules: Rules) -> tuple[Bilingual, ...]:
    """Why the date of the whole is what it is: the parts that must follow each other take longest."""
    planned = plan(rules, dossier.pins, dossier.intake)
    return () if planned is None else tuple(_path(planned))


def _path(planned: Plan) -> Iterator[Bilingual]:
    chain = [line for line in planned.children if line.critical]
    vi = ", rồi ".join(f"{line.name} ({line.limit.words.vi})" for line in chain)
    en = ", then ".join(f"{line.name} ({line.limit.words.en})" for line in chain)
    whole = planned.limit.words
    yield say(
        f"Hồ sơ gồm {len(planned.children)} phần. Ngày hẹn chung tính theo các phần phải làm lần lượt: {vi}. "
        f"Cộng lại là {whole.vi}.",
        f"The dossier has {len(planned.children)} parts. The date counts those that follow each other: {en}. Together "
        f"that is {whole.en}.",
    )
    beside = [line for line in planned.children if not line.critical]
    if beside:
        names = ", ".join(line.name for line in beside)
        yield say(
            f"Làm cùng lúc nên không kéo dài ngày hẹn: {names}.",
            f"Done at the same time, so that the date is no later: {names}.",
        )


def _part(
    one: ChildOfDossier, line: PlannedChild, group: Mapping[str, Child], dossier: Dossier, authority: str | None
) -> Part:
    return Part(
        child=one.child,
        name=one.name,
        procedure=one.procedure,
        dossier=one.dossier,
        authority=authority,
        status=one.status,
        due=one.due,
        late=one.late_at is not None and not one.ended,
        result_number=one.result_number,
        limit=line.limit.words,
        critical=line.critical,
        fee=line.fee,
        told=tuple(_told(one, group.get(one.child), dossier.children, dossier.ended_at is not None)),
    )


def _authority(
    one: ChildOfDossier,
    dossier: Dossier,
    rules: Rules,
    names: Names,
    today: date,
    handled_by: Mapping[Code, Code | None],
) -> str | None:
    """Who has the part; before it is opened, who will get it by the rules of its procedure."""
    if one.dossier is not None and (unit := handled_by.get(one.dossier)):
        return names.unit(unit)
    pinned = next((pin.procedure for pin in dossier.pins.children if pin.child == one.child), None)
    if pinned is None:
        return None
    procedure, intake = rules.rulebook.procedure(pinned), dossier.intake
    try:
        found = route(
            procedure, intake.matter, dossier.routing.received_by, rules.organisation, today, read=rules.reader
        )
    except DomainError:  # its authority is found when it is opened
        return None
    unit = found.competent or found.queue
    return names.unit(unit) if unit else None


def _told(
    one: ChildOfDossier, rule: Child | None, children: Sequence[ChildOfDossier], ended: bool
) -> Iterator[Bilingual]:
    by_code = {other.child: other for other in children}
    match one.status:
        case ChildStatus.WAITING if rule is not None and not ended:
            yield from _waits(rule, by_code)
        case ChildStatus.SUPPLEMENT:
            yield say(
                "Cơ quan giải quyết cần thêm giấy tờ. Ông/bà chỉ phải nộp một lần cho cả hồ sơ.",
                "Its authority needs more papers. You hand them in once, for the whole dossier.",
            )
        case ChildStatus.REFUSED | ChildStatus.WITHDRAWN | ChildStatus.STOPPED:
            yield from _follows(one, children)
        case ChildStatus.GIVEN_UP:
            yield _given_up(one, rule, children)
        case _ if one.late_at is not None and not one.ended:
            yield LATE_PART


def _waits(rule: Child, by_code: Mapping[str, ChildOfDossier]) -> Iterator[Bilingual]:
    missing = [by_code[code].name for code in rule.needs_result_of if code in by_code and not by_code[code].ended]
    if missing:
        names = ", ".join(missing)
        yield say(f"Bắt đầu khi có kết quả của: {names}.", f"Begins when there is the result of: {names}.")
    before = [by_code[code].name for code in rule.starts_after if code in by_code and not by_code[code].ended]
    if before:
        names = ", ".join(before)
        yield say(f"Bắt đầu sau khi làm xong: {names}.", f"Begins after: {names}.")


ENDED_SO = {
    ChildStatus.REFUSED: say("Cơ quan giải quyết đã từ chối phần này.", "Its authority refused this part."),
    ChildStatus.WITHDRAWN: say("Phần này đã được rút theo yêu cầu.", "This part was withdrawn, as asked."),
    ChildStatus.STOPPED: say("Cơ quan đã dừng giải quyết phần này.", "Its authority has stopped this part."),
}
"""How a part ended without a result."""


def _follows(one: ChildOfDossier, children: Sequence[ChildOfDossier]) -> Iterator[Bilingual]:
    yield ENDED_SO[one.status]
    given_up = ", ".join(other.name for other in children if other.status is ChildStatus.GIVEN_UP)
    if given_up:
        yield say(f"Vì vậy không giải quyết nữa: {given_up}.", f"Therefore this is not done any more: {given_up}.")
    left = [other for other in children if other.child != one.child and other.status not in FAILED]
    yield OTHERS_GO_ON if left else NOTHING_LEFT


def _given_up(one: ChildOfDossier, rule: Child | None, children: Sequence[ChildOfDossier]) -> Bilingual:
    failed = [other for other in children if other.status in ENDED_SO]
    needed = [other for other in failed if rule is not None and other.child in rule.needs_result_of]
    because = next(iter(needed or failed), None)
    if because is None:
        return say("Phần này không được giải quyết nữa.", "This part is not done any more.")
    return say(
        f"Phần này không được giải quyết nữa, vì không có kết quả của: {because.name}. Ông/bà không phải nộp gì thêm.",
        f"This part is not done any more, because there is no result of: {because.name}. You need not hand in more.",
    )
