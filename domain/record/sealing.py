"""Seals events as rows of the ledger, so that every later change is noticed, and reads them back.

Every row is sealed together with the row before it: `hash = sha256(previous hash + canonical JSON of the row)`.
A row contains no personal data. It contains a commitment to the data, `sha256(salt + canonical JSON)`: the data can be
erased with its salt, and the chain still verifies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from pydantic import ValidationError

from domain.canonical_json import canonical
from domain.dossier.commands import CorrectApplicant, CorrectDocuments, Correction, CorrectMatter, CorrectReceivedAt
from domain.dossier.events import EVENT, AnyEvent, DossierSubmitted, EntryCorrected, PostRequested, RefusedCallRetried
from domain.errors import InvalidInput
from domain.messages.record import RecordRefusal
from domain.roles import Actor
from domain.values import VIETNAM, Bilingual, Code, Hash, Instant, Value

Json = dict[str, Any]
"""An object of JSON: text, whole numbers, booleans, null, lists and objects."""

Upcast = Callable[[Json], Json]
"""Turns the body of an event of one schema into the body of the next schema."""

UPCASTS: Mapping[str, tuple[Upcast, ...]] = {}
"""For each kind whose meaning has changed, its upcasts in order; the schema of a kind is one more than their number."""

GENESIS = b""
"""The previous hash of the first row of every chain."""

_NO_OBJECT = Bilingual(vi="không phải một đối tượng JSON", en="no object")
_UNKNOWN_SCHEMA = Bilingual(vi="không biết lược đồ này", en="unknown schema")


class RecordedEvent(Value):
    """One row of the ledger, read back. `xid` and `position` give the global order."""

    position: int
    xid: int
    dossier: Code
    version: int
    command_id: UUID
    kind: str
    schema_version: int
    at: Instant
    actor: Actor
    event: AnyEvent
    hash: Hash
    trace_id: str | None = None


class UnreadEvent(Value):
    """A row that this release cannot read: a newer release wrote it, or it was altered. It says who acted, when, and
    its kind. The content is not checked."""

    dossier: str
    version: int
    command_id: UUID
    kind: str
    schema_version: int
    at: Instant
    person: str
    role: str
    unit: str | None
    stands_in_for: str | None = None
    carried_by: str | None = None
    event: Json


def commitment(salt: bytes, personal: Json) -> Hash:
    """The hash that binds the chain to personal data without containing it. The salt prevents guessing a short name."""
    return hashlib.sha256(salt + canonical(personal)).hexdigest()


def envelope(
    *,
    dossier: str,
    version: int,
    command_id: UUID,
    kind: str,
    schema: int,
    at: datetime,
    person: str,
    role: str,
    unit: str | None,
    body: Json,
    stands_in_for: str | None = None,
    carried_by: str | None = None,
) -> Json:
    """The content of a row in the form that is sealed. `at` is written in Vietnam's time.

    `stands_in_for` is written only where the actor stood in for somebody, `carried_by` only where a program carried the
    act: rows of earlier releases keep their form.
    """
    actor = {"person": person, "role": role, "unit": unit}
    optional = {"stands_in_for": stands_in_for, "carried_by": carried_by}
    return {
        "dossier": dossier,
        "version": version,
        "command_id": str(command_id),
        "kind": kind,
        "schema": schema,
        "at": at.astimezone(VIETNAM).isoformat(),
        "actor": {**actor, **{name: code for name, code in optional.items() if code is not None}},
        "body": body,
    }


def with_origin(row: Json, fingerprint: str | None, trace_id: str | None) -> Json:
    """The row as it is sealed since release 0.2: with the fingerprint of its command and its trace."""
    return {**row, "fingerprint": fingerprint, "trace_id": trace_id}


def chain(previous: bytes, row: Json) -> bytes:
    """The hash of a row, given the hash of the row before it (`GENESIS` before the first)."""
    return hashlib.sha256(previous + canonical(row)).digest()


def schema_of(kind: str, upcasts: Mapping[str, tuple[Upcast, ...]] = UPCASTS) -> int:
    """The schema in which an event of this kind is written today; the first is 1."""
    return len(upcasts.get(kind, ())) + 1


def read_event(kind: str, schema: int, body: Any, upcasts: Mapping[str, tuple[Upcast, ...]] = UPCASTS) -> AnyEvent:
    """The event of a stored body, brought to today's schema. InvalidInput `event_unreadable`: another release's schema,
    or a body that does not fit it."""
    if not isinstance(body, dict):
        raise InvalidInput(RecordRefusal.EVENT_UNREADABLE, kind=kind, schema=schema, problem=_NO_OBJECT)
    if not 1 <= schema <= schema_of(kind, upcasts):
        raise InvalidInput(RecordRefusal.EVENT_UNREADABLE, kind=kind, schema=schema, problem=_UNKNOWN_SCHEMA)
    for upcast in upcasts.get(kind, ())[schema - 1 :]:
        body = upcast(body)
    try:
        return EVENT.validate_python(body | {"kind": kind})
    except ValidationError as problem:
        raise InvalidInput(
            RecordRefusal.EVENT_UNREADABLE, kind=kind, schema=schema, problem=fields_told(problem)
        ) from None


def fields_told(problem: ValidationError) -> str:
    """The wrong fields, each with the kind of its error. Pydantic's own message is not used: it repeats the input."""
    return "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['type']}" for error in problem.errors())


def commitments_of(event: AnyEvent) -> tuple[Hash, ...]:
    """The commitments to personal data in an event: to its note, and to the applicant's particulars, where present."""
    found: list[Hash] = [] if event.note is None else [event.note]
    match event:
        case DossierSubmitted():
            found.append(event.applicant)
            found.extend(address for address in [event.postal_address] if address not in (None, event.applicant))
        case PostRequested():
            found.append(event.postal_address)
        case EntryCorrected():
            found.extend(_commitment_in(event.correction))
        case RefusedCallRetried(applicant=str() as particulars):
            found.append(particulars)
        case _:
            pass
    return tuple(found)


def _commitment_in(correction: Correction) -> tuple[Hash, ...]:
    match correction:
        case CorrectApplicant():
            return (correction.value,)
        case CorrectReceivedAt() | CorrectMatter() | CorrectDocuments():
            return ()
        case _:
            assert_never(correction)
