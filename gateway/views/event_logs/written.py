"""What was written into an event log."""

from __future__ import annotations

from collections.abc import Sequence

from activities.ledger.event_log import LoggedDossier
from domain.values import Value


class Written(Value):
    """How many dossiers and events a file has. `unread`: events of another release, of which only the kind, the time
    and who acted could be written."""

    dossiers: int = 0
    events: int = 0
    unread: int = 0

    def __add__(self, dossiers: Sequence[LoggedDossier]) -> Written:
        """With these dossiers more."""
        events = [event for dossier in dossiers for event in dossier.events]
        return Written(
            dossiers=self.dossiers + len(dossiers),
            events=self.events + len(events),
            unread=self.unread + sum(one.event is None for one in events),
        )
