"""Turns rows of the database into values of the domain, and into the text that was sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from domain.dossier.view import DossierSummary, WorkItem
from domain.errors import InvalidInput
from domain.messages.record import RecordRefusal
from domain.record.sealing import (
    Json,
    RecordedEvent,
    UnreadEvent,
    chain,
    envelope,
    fields_told,
    read_event,
    with_origin,
)
from domain.roles import Actor

EVENT_COLUMNS = (
    "position, xid, dossier, version, command_id, kind, schema, at, "
    "actor_person, actor_role, actor_unit, actor_stands_in_for, actor_carried_by, trace_id, body, hash"
)
SEALED_COLUMNS = f"{EVENT_COLUMNS}, fingerprint"
SEALED_EVENTS = "event left join (select command_id, fingerprint from command) as said using (command_id)"
"""The rows with everything that may be sealed. The fingerprint is stored in the table of commands."""

SUMMARY_COLUMNS = ", ".join(DossierSummary.model_fields)
WORK_COLUMNS = ", ".join(WorkItem.model_fields)

Row = Mapping[str, Any]


def actor_of(row: Row) -> Actor:
    """The actor of a row, with the absent colleague and the carrier if any."""
    return Actor(
        person=row["actor_person"],
        role=row["actor_role"],
        unit=row["actor_unit"],
        stands_in_for=row["actor_stands_in_for"],
        carried_by=row["actor_carried_by"],
    )


def event_of(row: Row) -> RecordedEvent:
    """One row of `event`. Raises InvalidInput (`event_unreadable`) when it was altered or a newer release wrote it."""
    event = read_event(row["kind"], row["schema"], row["body"])
    try:
        return RecordedEvent(
            position=row["position"],
            xid=row["xid"],
            dossier=row["dossier"],
            version=row["version"],
            command_id=row["command_id"],
            kind=row["kind"],
            schema_version=row["schema"],
            at=row["at"],
            actor=actor_of(row),
            event=event,
            hash=row["hash"].hex(),
            trace_id=row["trace_id"],
        )
    except ValidationError as problem:
        raise InvalidInput(
            RecordRefusal.EVENT_UNREADABLE, kind=row["kind"], schema=row["schema"], problem=fields_told(problem)
        ) from None


def event_or_unread(row: Row) -> RecordedEvent | UnreadEvent:
    """The same as `event_of`, but a row that cannot be read becomes an UnreadEvent, for readers who only show it."""
    try:
        return event_of(row)
    except InvalidInput:
        return UnreadEvent(
            dossier=row["dossier"],
            version=row["version"],
            command_id=row["command_id"],
            kind=row["kind"],
            schema_version=row["schema"],
            at=row["at"],
            person=row["actor_person"],
            role=row["actor_role"],
            unit=row["actor_unit"],
            stands_in_for=row["actor_stands_in_for"],
            carried_by=row["actor_carried_by"],
            event=row["body"] if isinstance(row["body"], dict) else {},
        )


def sealings_of(row: Row) -> tuple[Json, Json]:
    """The content of a row with `SEALED_COLUMNS`, in the two forms in which it may have been sealed.

    The first is today's form; the second is that of release 0.1, without the fingerprint and the trace.
    """
    plain = envelope_of(row)
    return with_origin(plain, row["fingerprint"], row["trace_id"]), plain


def envelope_of(row: Row) -> Json:
    """The content of the row in the form that release 0.1 sealed."""
    return envelope(
        dossier=row["dossier"],
        version=row["version"],
        command_id=row["command_id"],
        kind=row["kind"],
        schema=row["schema"],
        at=row["at"],
        person=row["actor_person"],
        role=row["actor_role"],
        unit=row["actor_unit"],
        body=row["body"],
        stands_in_for=row["actor_stands_in_for"],
        carried_by=row["actor_carried_by"],
    )


def sealing_of(previous: bytes, row: Row) -> Json | None:
    """The content from which the seal of the row was made, in the form that was used.

    None when the seal does not match the row, or when the row could never have been written.
    """
    try:
        return next((sealing for sealing in sealings_of(row) if chain(previous, sealing) == row["hash"]), None)
    except (InvalidInput, ValueError):
        return None
