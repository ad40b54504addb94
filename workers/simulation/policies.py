"""The policy under which a log is played: today's, or one that `--what-if` changes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter

from domain.deadlines.calendar import DatedException, ExceptionKind, WorkingCalendar
from domain.deadlines.limits import Limit, LimitUnit
from domain.errors import InvalidInput
from domain.organisation.organisation import Organisation
from domain.procedures.procedure import ChannelTerms, Procedure
from domain.rules.escalation import EscalationPolicy
from domain.rules.province import Province
from domain.rules.rulebook import Pins, Rulebook, content_hash
from domain.values import Bilingual
from workers.simulation.mapping import PlayedAs, read_yaml
from workers.simulation.messages import SimulationNote, SimulationRefusal

TODAY = "today"
LADDERS: TypeAdapter[list[EscalationPolicy]] = TypeAdapter(list[EscalationPolicy])


@dataclass(frozen=True)
class Policy:
    """The rules of one scenario. `fewer_officers`: so many of the busiest officers are not there."""

    name: str
    procedure: Procedure
    calendar: WorkingCalendar
    organisation: Organisation
    ladder: EscalationPolicy
    fewer_officers: int = 0
    notes: tuple[Bilingual, ...] = ()
    """What somebody who reads the result should know: a change that changes nothing."""

    def rulebook(self) -> Rulebook:
        """The rules that dossiers pin."""
        return Rulebook.of(self.procedure, self.calendar, self.organisation, self.ladder)

    @cached_property
    def pins(self) -> Pins:
        """Their hashes. The organisation is large: they are computed once."""
        return Pins(
            procedure=content_hash(self.procedure),
            calendar=content_hash(self.calendar),
            organisation=content_hash(self.organisation),
            escalation=content_hash(self.ladder),
        )


def todays(province: Province, played_as: PlayedAs, on: date) -> Policy:
    """The province's rules for a dossier that is received on a day. Raises the NotFound errors of `Province`."""
    return Policy(
        name=TODAY,
        procedure=province.published(played_as.procedure, on).procedure,
        calendar=province.calendar_of(played_as.unit, on),
        organisation=province.organisation,
        ladder=province.escalation_on(on),
    )


def changed(policy: Policy, what_if: str) -> Policy:
    """The policy with these changes. Raises InvalidInput `what_if_unknown`, `mapping_wrong`."""
    for one in what_if.split(","):
        kind, _, value = one.partition("=")
        policy = _changed(policy, kind.strip(), value.strip(), what_if)
    return replace(policy, name=what_if)


def _changed(policy: Policy, kind: str, value: str, given: str) -> Policy:
    unknown = InvalidInput(SimulationRefusal.WHAT_IF_UNKNOWN, given=given)
    try:
        match kind:
            case "holiday":
                return _with_holiday(policy, date.fromisoformat(value))
            case "limit":
                return replace(policy, procedure=_with_limit(policy.procedure, _factor(value)))
            case "officers":
                return replace(policy, fewer_officers=_fewer(value))
            case "ladder" if value:
                return replace(policy, ladder=read_yaml(Path(value), LADDERS)[0])
    except (ValueError, InvalidOperation, IndexError):
        raise unknown from None
    raise unknown


def _factor(value: str) -> Decimal:
    factor = Decimal(value)
    if not (factor.is_finite() and 0 < factor <= 10):
        raise ValueError(value)
    return factor


def _fewer(value: str) -> int:
    fewer = -int(value)
    if fewer < 1:
        raise ValueError(value)
    return fewer


def _with_holiday(policy: Policy, day: date) -> Policy:
    calendar = policy.calendar
    if not calendar.sessions_on(day):
        told = SimulationNote.ALREADY_OFF.sentence
        facts = {"day": day, "calendar": calendar.code}
        note = Bilingual(vi=told.vi.format_map(facts), en=told.en.format_map(facts))
        return replace(policy, notes=(*policy.notes, note))
    name = Bilingual(vi="Nghỉ thử", en="Tried holiday")
    holiday = DatedException(day=day, kind=ExceptionKind.HOLIDAY, name=name, source="--what-if")
    others = [exception for exception in calendar.exceptions if exception.day != day]
    return replace(policy, calendar=calendar.model_copy(update={"exceptions": (*others, holiday)}))


def _with_limit(procedure: Procedure, factor: Decimal) -> Procedure:
    """Every limit times the factor, rounded up to whole units; Green Stream follows from it."""
    terms = tuple(_scaled_terms(one, factor) for one in procedure.terms)
    own = procedure.own_limit and _scaled(procedure.own_limit, factor)
    return procedure.model_copy(update={"terms": terms, "own_limit": own})


def _scaled_terms(terms: ChannelTerms, factor: Decimal) -> ChannelTerms:
    return terms.model_copy(update={"limit": terms.limit and _scaled(terms.limit, factor)})


def _scaled(limit: Limit, factor: Decimal) -> Limit:
    if limit.unit is LimitUnit.SAME_DAY:
        return limit
    return Limit(amount=max(1, math.ceil(limit.amount * factor)), unit=limit.unit)
