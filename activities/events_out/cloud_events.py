"""Turns a row of the ledger into a CloudEvent 1.0. The same row always gives the same CloudEvent.

It has no personal data: the ledger itself has only commitments to them, and what can point to a person without the
vault is left out (who acted, and the fields in `event_types.PERSONAL`). Pages have all of it for a caller whose scope
allows that (`activities.events_out.pages`); a stream and a webhook never have it.
"""

from __future__ import annotations

import hashlib
from typing import Any

from pydantic import Field

from activities.events_out.event_types import PREFIX, SCHEMAS_PATH, impersonal, type_of
from activities.ledger.feed import Cursor
from domain.record.restores import marked
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.text.printable import json_text
from domain.values import Code, Instant, Value

CONTENT_TYPE = "application/cloudevents+json"
PING = f"{PREFIX}.ping.v1"
"""The type of a test message."""
SEQUENCE_DIGITS = 10
"""The sequence is padded, because the extension `sequence` is compared as text."""


class CloudEvent(Value):
    """An event as other software gets it. An attribute that is None is absent."""

    specversion: str = "1.0"
    id: str
    """The dossier's code and version: `H42.12-250701-0001/3`."""
    source: str
    """The authority whose ledger it is: `/authorities/H42`."""
    type: str
    subject: str
    """The dossier's code; of a test message, the webhook."""
    time: Instant
    datacontenttype: str = "application/json"
    dataschema: str | None = None
    sequence: str | None = None
    """The dossier's version; every version is there, so a gap shows a loss."""
    traceparent: str | None = None
    procedure: Code | None = None
    """The procedure of the dossier, as it was submitted."""
    unit: Code | None = None
    """The unit that received the dossier at its submission."""
    data: dict[str, Any] | None = Field(repr=False)
    """None where this release cannot read the event."""

    def as_json(self) -> str:
        """The event in the JSON form of CloudEvents."""
        return json_text(self.model_dump(mode="json", exclude_none=True))


class PlacedEvent(Value):
    """An event of the feed with its place, and what filters look at."""

    recorded: RecordedEvent | UnreadEvent
    place: Cursor
    trace_id: str | None
    procedure: Code | None
    """The dossier's procedure."""
    first_unit: Code | None
    """The unit that received the dossier at its submission."""
    units: frozenset[Code]
    """The units of the dossier as of now: receiving, competent, responsible; and the one that first received it."""
    taking_part: frozenset[Code]
    """Every unit that takes part in the dossier as of now (`gateway.access.scopes.units_of`)."""

    @property
    def kind(self) -> str:
        """The kind of the event."""
        return self.recorded.kind


class CloudEvents:
    """Makes the CloudEvents of one authority.

    `public_url`: where the API is reached; without it `dataschema` is a path.
    """

    def __init__(self, authority: str, public_url: str | None = None) -> None:
        self.source = f"/authorities/{authority}"
        self._schemas = f"{(public_url or '').rstrip('/')}{SCHEMAS_PATH}"

    def of(self, placed: PlacedEvent, *, personal: bool = False) -> CloudEvent:
        """The CloudEvent of a row. `personal`: for a reader that may see who acted and the address of the matter."""
        recorded = placed.recorded
        readable = isinstance(recorded, RecordedEvent)
        kind = type_of(recorded.kind, None if readable else recorded.schema_version)
        return CloudEvent(
            id=marked(f"{recorded.dossier}/{recorded.version}", placed.place.xid, "/"),
            source=self.source,
            type=kind,
            subject=recorded.dossier,
            time=recorded.at,
            dataschema=self._schemas + kind if readable else None,
            sequence=f"{recorded.version:0{SEQUENCE_DIGITS}}",
            traceparent=_traceparent(placed),
            procedure=placed.procedure,
            unit=placed.first_unit,
            data=_data(recorded, personal) if isinstance(recorded, RecordedEvent) else None,
        )

    def ping(self, webhook: Code, number: str, at: Instant) -> CloudEvent:
        """A test message for the receiver of a webhook. It is no event of the ledger."""
        data = {"webhook": webhook}
        return CloudEvent(id=f"ping/{number}", source=self.source, type=PING, subject=webhook, time=at, data=data)


def _traceparent(placed: PlacedEvent) -> str | None:
    """The trace in which the event was written. The ledger keeps no span, so the span's number comes from the event."""
    if placed.trace_id is None:
        return None
    row = f"{placed.recorded.dossier}/{placed.recorded.version}"
    return f"00-{placed.trace_id}-{hashlib.sha256(row.encode()).hexdigest()[:16]}-01"


def _data(recorded: RecordedEvent, personal: bool) -> dict[str, Any]:
    actor = {"role": recorded.actor.role.value, "unit": recorded.actor.unit}
    if recorded.actor.carried_by is not None:
        actor["carried_by"] = recorded.actor.carried_by
    event = recorded.event.model_dump(mode="json")
    return {
        "dossier": recorded.dossier,
        "version": recorded.version,
        "actor": {**actor, "person": recorded.actor.person} if personal else actor,
        "event": event if personal else impersonal(event),
    }
