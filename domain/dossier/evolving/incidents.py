"""A dossier after an outside system failed it."""

from __future__ import annotations

from domain.changed import changed
from domain.dossier.events import OutsideCallFailed
from domain.dossier.state import Dossier, Incident


def call_failed(dossier: Dossier, event: OutsideCallFailed) -> Dossier:
    """An incident is open, or goes on, until the call has succeeded or nobody wants it any more."""
    before = next((one for one in dossier.incidents if one.effect == event.effect), None)
    incident = Incident(
        effect=event.effect,
        system=event.system,
        code=event.code,
        since=before.since if before else event.at,
        failures=before.failures + 1 if before else 1,
        final=event.final,
    )
    return changed(dossier, incidents=(*(one for one in dossier.incidents if one is not before), incident))
