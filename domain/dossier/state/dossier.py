"""A dossier as it stands, in parts; and one that was not submitted yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from domain.deadlines.clock import WhichClock
from domain.dossier.effect_id import REGISTERING, EffectId, EffectKind
from domain.dossier.state.deadlines import Deadlines
from domain.dossier.state.incident import Incident
from domain.dossier.state.intake import Applicant, Intake
from domain.dossier.state.money import Money, OrderAccount
from domain.dossier.state.payment import Fees, Payment
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
        """As of a dossier without events."""
        return 0


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """Everything that is now true of one dossier: the fold of its events. Stored, it is a `Snapshot`."""

    code: Code
    version: int
    state: State
    moved_at: Instant
    """When it last came to another state or step: since when the one who is to act has had it."""
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

    @property
    def closed(self) -> bool:
        """No command can follow but a rating or a correction, and no outside system waits to be told."""
        return self.state in TERMINAL and not self.waiting_for_world

    @property
    def waiting_for_world(self) -> bool:
        """Something outlives the matter itself: a registration, a refund, an order that can still be paid."""
        final = {incident.effect for incident in self.incidents if incident.final}
        refunds = (EffectId(EffectKind.REFUND, one.number) for one in self.money.refunds_under_way)
        return (
            (self.result.to_be_registered and self.state is State.RETURNED and REGISTERING not in final)
            or any(refund not in final for refund in refunds)
            or any(_looks(self.money, account, final) for account in self.money.accounts)
        )

    @property
    def judgement_open(self) -> bool:
        """It has its result, and its calendar ended before anybody could say whether that was late."""
        if self.state not in (State.RESOLVED, State.RETURNED):
            return False
        deadlines = self.deadlines
        return any(deadlines.has(which) and deadlines.late_minutes(which) is None for which in WhichClock)

    @property
    def beyond_the_calendar(self) -> tuple[WhichClock, ...]:
        """The clocks whose date waits for a longer calendar."""
        if self.ended_at is not None and not self.judgement_open:
            return ()
        deadlines = self.deadlines
        return tuple(which for which in WhichClock if deadlines.due(which) is None and deadlines.has(which))

    @property
    def fee_due(self) -> int:
        """What is to be paid and was not asked for yet, in dong; below 0 when more was asked than is owed."""
        return self.fees.fee + self.fees.tax - self.money.asked

    @property
    def unpaid(self) -> int:
        """What is missing of the obligation in force, in dong."""
        return self.payment.amount - self.money.held if self.payment.unmet else 0


class _Flat:
    """Reads and writes a dossier as one flat object."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.wrap_serializer_function_ser_schema(lambda one, write: flat(write(one)))
        return core_schema.no_info_before_validator_function(in_parts, handler(source), serialization=written)


Snapshot = Annotated[Dossier, _Flat]
"""A dossier as a field of what is stored or sent: one flat object, see `snapshot`. Unknown fields are ignored."""

DOSSIER: TypeAdapter[Dossier] = TypeAdapter(Snapshot)
"""Reads a snapshot."""

_PARTS: TypeAdapter[Dossier] = TypeAdapter(Dossier)
"""Writes the parts as they are: what a function of ours has put together pydantic would look through once more."""


def snapshot_of(dossier: Dossier | NotSubmitted) -> dict[str, Any]:
    """The flat form, as it is stored and sent."""
    if isinstance(dossier, NotSubmitted):
        return {"code": dossier.code, "version": dossier.version, "state": None}
    return flat(_PARTS.dump_python(dossier, mode="json"))


def _looks(money: Money, account: OrderAccount, final: set[str]) -> bool:
    if not account.asked:
        return money.may_come(account)
    return EffectId(EffectKind.PAYMENT_QUERY, account.asked) not in final
