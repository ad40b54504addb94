"""The state of a dossier in parts, and a dossier that is not submitted yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from domain.deadlines.clock import WhichClock
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.effects import AwaitedCall
from domain.dossier.state.deadlines import Deadlines
from domain.dossier.state.escalations import DoneEscalation, Escalation
from domain.dossier.state.group import ChildOfDossier
from domain.dossier.state.incident import Incident, RetriedCall
from domain.dossier.state.intake import Applicant, Intake
from domain.dossier.state.later_fields import LATER
from domain.dossier.state.money import Money, OrderAccount
from domain.dossier.state.payment import Fees, Payment
from domain.dossier.state.post import PostalItem
from domain.dossier.state.processing import Processing
from domain.dossier.state.result import Result, Signing
from domain.dossier.state.routing import Handovers, Routing
from domain.dossier.state.snapshot import flat, in_parts
from domain.dossier.state.states import TERMINAL, State
from domain.rules.rulebook import Pins
from domain.values import Code, Instant


@dataclass(frozen=True)
class NotSubmitted:
    """A code under which nothing has happened yet."""

    code: Code

    @property
    def version(self) -> int:
        """0, because there are no events."""
        return 0


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """The present state of one dossier, computed from its events. It is stored as a `Snapshot`."""

    code: Code
    version: int
    state: State
    moved_at: Instant
    """When its state or step changed last: since then, the person who must act has had it."""
    updated_at: Instant
    ended_at: Instant | None = None
    pins: Pins
    intake: Intake
    applicant: Applicant
    routing: Routing
    handovers: Handovers = field(default_factory=Handovers)
    deadlines: Deadlines = field(default_factory=Deadlines)
    processing: Processing = field(default_factory=Processing)
    fees: Fees = field(default_factory=Fees)
    payment: Payment = field(default_factory=Payment)
    money: Money = field(default_factory=Money)
    signing: Signing = field(default_factory=Signing)
    result: Result = field(default_factory=Result)
    incidents: tuple[Incident, ...] = ()
    retried_calls: Annotated[tuple[RetriedCall, ...], LATER] = ()
    escalations: Annotated[tuple[Escalation, ...], LATER] = ()
    """Those that somebody must still answer or explain."""
    done_escalations: Annotated[tuple[DoneEscalation, ...], LATER] = ()
    children: Annotated[tuple[ChildOfDossier, ...], LATER] = ()
    """The children of an interconnected dossier; empty for any other."""
    postal_items: Annotated[tuple[PostalItem, ...], LATER] = ()
    """What the post was asked to collect or to deliver, in the order in which it was asked."""
    awaited: Annotated[tuple[AwaitedCall, ...], LATER] = ()
    """Calls that were under way when nobody needed them any more: what they did exists outside, so their answers are
    waited for."""

    @property
    def next_escalation(self) -> int:
        """The number of the next escalation."""
        return len(self.escalations) + len(self.done_escalations) + 1

    def escalation(self, number: int) -> Escalation | None:
        """The open escalation with this number."""
        return next((one for one in self.escalations if one.number == number), None)

    @property
    def closed(self) -> bool:
        """True if only a rating or a correction can follow, and no outside call is needed any more."""
        return self.state in TERMINAL and not self.waiting_for_outside

    @property
    def waiting_for_outside(self) -> bool:
        """True if something remains after the end: a registration, a refund, an order that can still be paid, an order
        at the post that must be cancelled, the answer to a call that was under way."""
        final = {incident.effect for incident in self.incidents if incident.final}
        refunds = (refund.effect for refund in self.money.refunds_under_way)
        return (
            (self.result.to_be_registered and self.state is State.RETURNED and self.result.registration not in final)
            or any(refund not in final for refund in refunds)
            or any(_still_looked_at(self.money, account, final) for account in self.money.accounts)
            or any(item.cancellation not in final for item in self.post_cancellations)
            or bool(self.awaited)
        )

    @property
    def post_cancellations(self) -> tuple[PostalItem, ...]:
        """The postal items of which the post must be told that nobody wants them."""
        ended, issued = self.state in TERMINAL, self.result.number is not None
        return tuple(one for one in self.postal_items if one.to_be_cancelled(ended=ended, issued=issued))

    @property
    def judgement_open(self) -> bool:
        """True if there is a result, but the calendar ended before its lateness could be judged."""
        if self.state not in (State.RESOLVED, State.RETURNED):
            return False
        deadlines = self.deadlines
        return any(deadlines.has(which) and deadlines.late_minutes(which) is None for which in WhichClock)

    @property
    def beyond_the_calendar(self) -> tuple[WhichClock, ...]:
        """The clocks whose date needs a longer calendar."""
        if self.ended_at is not None and not self.judgement_open:
            return ()
        deadlines = self.deadlines
        return tuple(which for which in WhichClock if deadlines.due(which) is None and deadlines.has(which))

    @property
    def fee_due(self) -> int:
        """What is to be paid and was not requested yet, in dong; below 0 when more was requested than is owed."""
        return self.fees.fee + self.fees.tax - self.money.asked

    @property
    def unpaid(self) -> int:
        """The missing part of the obligation in force, in dong."""
        return self.payment.amount - self.money.held if self.payment.unmet else 0


class _Flat:
    """Reads and writes a dossier as one flat object."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.wrap_serializer_function_ser_schema(lambda dossier, write: flat(write(dossier)))
        return core_schema.no_info_before_validator_function(in_parts, handler(source), serialization=written)


Snapshot = Annotated[Dossier, _Flat]
"""A dossier as a field of stored or sent data: one flat object, see `snapshot`. Unknown fields are ignored."""

DOSSIER: TypeAdapter[Dossier] = TypeAdapter(Snapshot)
"""Reads a snapshot."""

_PARTS: TypeAdapter[Dossier] = TypeAdapter(Dossier)
"""Writes the parts. `flat` is applied afterwards: inside a serializer, pydantic would go through its result again."""


def snapshot_of(dossier: Dossier | NotSubmitted) -> dict[str, Any]:
    """The flat form in which a dossier is stored and sent."""
    if isinstance(dossier, NotSubmitted):
        return {"code": dossier.code, "version": dossier.version, "state": None}
    return flat(_PARTS.dump_python(dossier, mode="json"))


def _still_looked_at(money: Money, account: OrderAccount, final: set[str]) -> bool:
    if not account.asked:
        return money.may_come(account)
    return EffectId(EffectKind.PAYMENT_QUERY, account.asked) not in final
