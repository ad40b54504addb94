"""The objects of an object-centric log: dossiers, their documents, payments and decisions; units, officers, systems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from activities.ledger.event_log import LoggedEvent
from domain.dossier.events import (
    AnyEvent,
    DossierResolved,
    DossierSubmitted,
    HandoverSent,
    OpinionAsked,
    OutsideCallFailed,
    PaymentConfirmed,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    PaymentRequestCancelled,
    PaymentRequested,
    Refunded,
    RefundRequested,
    ResultNumbered,
    ResultRegistered,
    ResultRejected,
    ResultReturned,
    ResultSealed,
    ResultSigned,
    SignatureRequested,
    SigningHandedOver,
    SupplementReceived,
    SupplementRequested,
)
from domain.roles import OF_NO_POST
from gateway.views.event_logs.attributes import is_code
from gateway.views.event_logs.officers import Officers

Json = dict[str, Any]

OF_PAYMENT = (
    PaymentRequested | PaymentRequestCancelled | PaymentOrderCreated | PaymentConfirmed | PaymentMismatched
    | PaymentExpired | RefundRequested | Refunded
)  # fmt: skip
OF_DECISION = (
    SignatureRequested | ResultSigned | ResultNumbered | ResultSealed | SigningHandedOver | ResultRejected
    | DossierResolved | ResultRegistered | ResultReturned
)  # fmt: skip


class ObjectType(StrEnum):
    """The types of objects."""

    DOSSIER = "dossier"
    DOCUMENT = "document"
    """A document of a dossier, by the code that the procedure gives it."""
    PAYMENT = "payment"
    """What a dossier has to pay."""
    DECISION = "decision"
    """The result of a dossier, from its signature to its return."""
    UNIT = "unit"
    OFFICER = "officer"
    SYSTEM = "system"
    """An outside system."""


class Reference(NamedTuple):
    """An object. `dossier`: the dossier of which it is a part; None for objects that dossiers share."""

    type: ObjectType
    id: str
    dossier: str | None = None


class Related(NamedTuple):
    """An object of an event, and what it is for the event."""

    object: Reference
    qualifier: str


def reference(kind: ObjectType, code: str) -> Reference:
    """A shared object. The type is in the id, because a unit and a procedure may have the same code."""
    return Reference(kind, f"{kind.value}:{code}")


def _part(kind: ObjectType, dossier: str, name: str | None = None) -> Reference:
    return Reference(kind, "/".join(filter(None, (dossier, kind.value, name))), dossier)


def of_event(dossier: str, logged: LoggedEvent, officers: Officers) -> Iterator[Related]:
    """The objects of an event, each once for each qualifier."""
    yield Related(Reference(ObjectType.DOSSIER, dossier), "about")
    if logged.unit is not None:
        yield Related(reference(ObjectType.UNIT, logged.unit), "acts")
    if logged.role not in OF_NO_POST:
        yield Related(reference(ObjectType.OFFICER, officers.name(logged)), "acts")
    if logged.event is not None:
        yield from _named_in(dossier, logged.event)


def _named_in(dossier: str, event: AnyEvent) -> Iterator[Related]:
    match event:
        case DossierSubmitted() | SupplementReceived():
            yield from _documents(dossier, (one.code for one in event.documents), "brings")
        case SupplementRequested():
            yield from _documents(dossier, event.documents, "asks for")
        case HandoverSent():
            yield Related(reference(ObjectType.UNIT, event.to_unit), "receives")
        case OpinionAsked():
            yield Related(reference(ObjectType.UNIT, event.unit), "is asked")
        case OutsideCallFailed() if is_code(event.system):
            yield Related(reference(ObjectType.SYSTEM, event.system), "fails")
        case _ if isinstance(event, OF_PAYMENT):
            yield Related(_part(ObjectType.PAYMENT, dossier), "concerns")
        case _ if isinstance(event, OF_DECISION):
            yield Related(_part(ObjectType.DECISION, dossier), "concerns")
        case _:
            pass


def _documents(dossier: str, codes: Iterable[str], qualifier: str) -> Iterator[Related]:
    for code in dict.fromkeys(codes):
        yield Related(_part(ObjectType.DOCUMENT, dossier, code), qualifier)


class Objects:
    """The objects that events were about so far. Those of a dossier are forgotten when they are taken."""

    def __init__(self) -> None:
        self._shared: dict[str, Reference] = {}
        self._parts: dict[str, dict[str, Reference]] = {}

    def put(self, one: Reference) -> str:
        """Remembers an object. Returns its id."""
        if one.dossier is not None:
            self._parts.setdefault(one.dossier, {})[one.id] = one
        elif one.type is not ObjectType.DOSSIER:
            self._shared[one.id] = one
        return one.id

    def of(self, dossier: str) -> list[Json]:
        """The parts of a dossier."""
        return [_object(one) for one in self._parts.get(dossier, {}).values()]

    def taken_of(self, dossier: str) -> list[Json]:
        """The parts of a dossier, which are forgotten."""
        parts = self.of(dossier)
        self._parts.pop(dossier, None)
        return parts

    def everywhere(self) -> list[Json]:
        """The objects that dossiers share, in order of their ids."""
        return [_object(self._shared[name]) for name in sorted(self._shared)]


def _object(one: Reference) -> Json:
    return {"id": one.id, "type": one.type.value}
