"""Incidents: what needs a person. Each is named by what it is about, so nothing has to be kept in step with its source.

An incident opens when its cause appears and closes when the cause is gone. Beside it stand the acts of people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from domain.dossier.effect_id import EffectId, kind_of, number_of
from domain.errors import NotFound
from domain.messages.incidents import IncidentRefusal
from domain.messages.record import RecordRefusal
from domain.outside_systems import System
from domain.repairs.causes import Cause
from domain.values import DOSSIER_CODE, Bilingual, Code, Instant, Name, Value


class IncidentSource(StrEnum):
    """Where an incident is found. The value begins the incident's id."""

    CALL = "call"
    """A call of a dossier to an outside system."""
    WORKFLOW = "workflow"
    """The workflow of a dossier."""
    HANDOVER = "handover"
    """A handover of a dossier that was not answered in time."""
    COORDINATION = "coordination"
    """A dossier in the coordination queue, whose competent authority was not found in time."""
    ESCALATION = "escalation"
    """An escalation of a dossier that climbed to the top and is not answered."""
    RELAY = "relay"
    """An event that a relay set aside."""
    WEBHOOK = "webhook"
    """An event that a webhook's receiver did not take, or the whole webhook."""
    ROLLOUT = "rollout"
    """A rollout that does not go on."""
    SYSTEM = "system"
    """An outside system that is not called: by an operator's order, or after failures in a row."""


class IncidentAction(StrEnum):
    """What a person may do with an incident."""

    RETRY = "retry"
    REPAIR = "repair"
    """By a plan of a repair: nothing is repaired without one."""
    ASSIGN = "assign"
    RESOLVE = "resolve"

    @property
    def words(self) -> Bilingual:
        """The name for people."""
        return _ACTIONS[self]


_ACTIONS = {
    IncidentAction.RETRY: Bilingual(vi="thử lại", en="retry"),
    IncidentAction.REPAIR: Bilingual(vi="lập kế hoạch sửa", en="plan a repair"),
    IncidentAction.ASSIGN: Bilingual(vi="giao cho người xem", en="assign"),
    IncidentAction.RESOLVE: Bilingual(vi="ghi nhận đã xử lý", en="note as dealt with"),
}


class IncidentId(Value):
    """The parts of an incident's id. It is written `call.H42.101-250805-0001.register-1`."""

    source: IncidentSource
    dossier: str | None = None
    part: str = ""
    """What in the dossier: the call, the number of the handover, the version of the event."""
    owner: str = ""
    """The relay, the webhook, the rollout or the outside system."""

    def __str__(self) -> str:
        return ".".join(filter(None, (self.source, self.owner, self.dossier, self.part)))

    @property
    def effect(self) -> EffectId:
        """The id of the call, for an incident of a call."""
        kind, _, number = self.part.rpartition("-")
        return EffectId.read(f"{kind}/{number}")

    @classmethod
    def of_call(cls, dossier: str, effect: str) -> IncidentId:
        """The incident of a call."""
        return cls(source=IncidentSource.CALL, dossier=dossier, part=f"{kind_of(effect)}-{number_of(effect)}")

    @classmethod
    def read(cls, text: str) -> IncidentId:
        """The id that a text states. NotFound `unknown_incident` for another text."""
        first, _, rest = text.partition(".")
        try:
            found = _PARTS[IncidentSource(first)](rest)
            if str(found) == text and (found.dossier is None or DOSSIER_CODE.fullmatch(found.dossier)):
                return found
        except (ValueError, KeyError):
            pass
        raise NotFound(IncidentRefusal.UNKNOWN_INCIDENT, incident=text[:100])


def _of_dossier(source: IncidentSource, rest: str) -> IncidentId:
    dossier, _, part = rest.rpartition(".")
    return IncidentId(source=source, dossier=dossier, part=part)


def _call(rest: str) -> IncidentId:
    """ValueError when the last part is no call."""
    found = _of_dossier(IncidentSource.CALL, rest)
    return IncidentId.of_call(found.dossier or "", found.effect)


def _of_owner(source: IncidentSource, rest: str) -> IncidentId:
    """With a dossier and an event, or of the whole."""
    owner, _, event = rest.partition(".")
    dossier, _, part = event.rpartition(".")
    return IncidentId(source=source, owner=owner, dossier=dossier or None, part=part)


_PARTS: Mapping[IncidentSource, Callable[[str], IncidentId]] = {
    IncidentSource.CALL: _call,
    IncidentSource.WORKFLOW: lambda rest: IncidentId(source=IncidentSource.WORKFLOW, dossier=rest),
    IncidentSource.HANDOVER: lambda rest: _of_dossier(IncidentSource.HANDOVER, rest),
    IncidentSource.COORDINATION: lambda rest: IncidentId(source=IncidentSource.COORDINATION, dossier=rest),
    IncidentSource.ESCALATION: lambda rest: _of_dossier(IncidentSource.ESCALATION, rest),
    IncidentSource.RELAY: lambda rest: _of_owner(IncidentSource.RELAY, rest),
    IncidentSource.WEBHOOK: lambda rest: _of_owner(IncidentSource.WEBHOOK, rest),
    IncidentSource.ROLLOUT: lambda rest: IncidentId(source=IncidentSource.ROLLOUT, owner=rest),
    IncidentSource.SYSTEM: lambda rest: IncidentId(source=IncidentSource.SYSTEM, owner=rest),
}


class Incident(Value):
    """One row: what needs a person. `system`: the outside system, the relay or the owner of the webhook, if any."""

    id: str
    source: IncidentSource
    cause: Cause
    code: str
    """The code of the error."""
    system: str | None
    dossier: Code | None
    unit: Code | None
    """The unit that answers for it; None: the operators of the province."""
    since: Instant
    assigned_to: Code | None = None
    resolved: bool = False
    """True: somebody has noted it as dealt with, and its cause is still there."""

    @property
    def actions(self) -> tuple[IncidentAction, ...]:
        """What an operator may do. Where the engine can try again, nothing is only noted as dealt with."""
        return (*_ways(self), IncidentAction.ASSIGN)


class IncidentAct(Value):
    """What somebody did with an incident."""

    act: IncidentAction
    assigned_to: Code | None
    who: Code
    why: Name
    at: Instant


class NamedIncidentAct(IncidentAct):
    """The same, with the incident."""

    incident: str


REFUSALS = (Cause.REFUSED_FOR_GOOD, Cause.NEEDS_PERSON)
"""The causes of calls that are not made again by themselves."""
EVENT_UNREADABLE = RecordRefusal.EVENT_UNREADABLE.value
"""The code of an event that this release cannot read: sent again, it would be set aside again."""
REPAIRED = (Cause.TASK_FAILS, Cause.DOES_NOT_REPLAY, Cause.ENDED_EARLY)


def _ways(one: Incident) -> tuple[IncidentAction, ...]:
    match one.source:
        case IncidentSource.CALL if one.cause in REFUSALS:
            return (IncidentAction.RETRY,)
        case IncidentSource.WORKFLOW if one.cause in REPAIRED:
            return (IncidentAction.REPAIR,)
        case IncidentSource.WEBHOOK:
            return (IncidentAction.RETRY, IncidentAction.RESOLVE) if one.dossier else (IncidentAction.RETRY,)
        case IncidentSource.ROLLOUT:
            return (IncidentAction.RETRY,)
        case IncidentSource.RELAY if one.system == System.INTERCONNECTION or one.code != EVENT_UNREADABLE:
            return (IncidentAction.RETRY, IncidentAction.RESOLVE)
        case _:
            return (IncidentAction.RESOLVE,)
