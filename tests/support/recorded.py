"""Events of the decider's tests as rows of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.dossier.events import AnyEvent
from domain.record.sealing import RecordedEvent
from domain.roles import ENGINE, Actor


def recorded(
    events: Sequence[AnyEvent], actor: Actor = ENGINE, code: str = "H42.13285-250707-0001"
) -> list[RecordedEvent]:
    """The events as rows. Those of one moment are of one command."""
    moments = list(dict.fromkeys(event.at for event in events))
    return [
        RecordedEvent(
            position=version, xid=1, dossier=code, version=version, command_id=UUID(int=moments.index(event.at)),
            kind=event.kind, schema_version=1, at=event.at, actor=actor, event=event, hash="a" * 64,
        )
        for version, event in enumerate(events, start=1)
    ]  # fmt: skip
