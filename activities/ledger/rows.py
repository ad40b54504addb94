"""Rows of the database as values of the domain, and back to what was sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from domain.dossier.view import DossierSummary, WorkItem
from domain.errors import InvalidInput
from domain.record import Json, RecordedEvent, UnreadEvent, envelope, read_event
from domain.roles import Actor

EVENT_COLUMNS = (
    "position, xid, dossier, version, command_id, kind, schema, at, "
    "actor_person, actor_role, actor_unit, trace_id, body, hash"
)
SUMMARY_COLUMNS = ", ".join(DossierSummary.model_fields)
WORK_COLUMNS = ", ".join(WorkItem.model_fields)

Row = Mapping[str, Any]


def actor_of(row: Row) -> Actor:
    """Who acted."""
    return Actor(person=row["actor_person"], role=row["actor_role"], unit=row["actor_unit"])


def event_of(row: Row) -> RecordedEvent:
    """One row of `event`. Raises InvalidInput (`event_unreadable`) where a newer release wrote it."""
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
        event=read_event(row["kind"], row["schema"], row["body"]),
        hash=row["hash"].hex(),
        trace_id=row["trace_id"],
    )


def event_or_unread(row: Row) -> RecordedEvent | UnreadEvent:
    """As `event_of`; what a newer release wrote is handed on unread, for whoever only tells the story."""
    try:
        return event_of(row)
    except (InvalidInput, ValidationError):
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
            event=row["body"] if isinstance(row["body"], dict) else {},
        )


def envelope_of(row: Row) -> Json:
    """What the row says, in the form that was sealed."""
    return envelope(
        dossier=row["dossier"],
        version=row["version"],
        command_id=row["command_id"],
        kind=row["kind"],
        schema=row["schema"],
        at=row["at"],
        actor=actor_of(row),
        body=row["body"],
    )
