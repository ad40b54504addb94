"""Why something needs a person, in words."""

from __future__ import annotations

from domain.incidents import Incident, IncidentSource
from domain.values import Bilingual
from gateway.i18n.wording import cause_name, failure_name, say


def why(one: Incident) -> Bilingual:
    """The cause of an incident; of a failed call with why it failed."""
    match one.source:
        case IncidentSource.CALL:
            cause, failed = one.cause.words, failure_name(one.code, one.system)
            return say(f"{cause.vi} ({failed.vi})", f"{cause.en} ({failed.en})")
        case IncidentSource.HANDOVER | IncidentSource.COORDINATION | IncidentSource.ESCALATION:
            return one.cause.words
        case _:
            return cause_name(one.code, one.system)
