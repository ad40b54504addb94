"""A dossier after a call to an outside system failed."""

from __future__ import annotations

from domain.changed import changed
from domain.dossier.events import OutsideCallFailed
from domain.dossier.state import Dossier, Incident


def call_failed(dossier: Dossier, event: OutsideCallFailed) -> Dossier:
    """An incident is open until the call has succeeded or is no longer needed."""
    before = next((incident for incident in dossier.incidents if incident.effect == event.effect), None)
    incident = Incident(
        effect=event.effect,
        system=event.system,
        code=event.code,
        since=before.since if before else event.at,
        failures=before.failures + 1 if before else 1,
        final=event.final,
    )
    return changed(dossier, incidents=(*(other for other in dossier.incidents if other is not before), incident))
