"""Finds the sentence of an event, and adds the time and the actor."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events import (
    AnyEvent,
    AssignmentReleased,
    DeadlineEvent,
    DossierAssigned,
    DossierSubmitted,
    EscalationAcknowledged,
    EscalationEvent,
    EscalationExplained,
    GroupEvent,
    HandoverEvent,
    IntakeEvent,
    OutsideEvent,
    PauseEvent,
    PaymentEvent,
    PostEvent,
    RepairEvent,
    ResultEvent,
    RulesEvent,
    StepEvent,
    SupplementEvent,
)
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.roles import Actor, Role
from domain.text.printable import printable
from domain.values import Bilingual
from gateway.i18n.wording import ROLES, at, role_name, say
from gateway.views.names import Names
from gateway.views.timeline.deadlines import deadline_sentence, outside_sentence
from gateway.views.timeline.escalations import escalation_sentence
from gateway.views.timeline.handling import intake_sentence, pause_sentence, step_sentence, supplement_sentence
from gateway.views.timeline.handovers import handover_sentence, rules_sentence
from gateway.views.timeline.interconnected import group_sentence
from gateway.views.timeline.payments import payment_sentence
from gateway.views.timeline.post import post_sentence
from gateway.views.timeline.repairs import repair_sentence
from gateway.views.timeline.results import result_sentence

Language = Literal["vi", "en"]

UNWORDED = say(
    "Không đọc được sự kiện “{kind}”: phiên bản mới hơn của phần mềm đã ghi (hãy nâng cấp), hoặc dòng đã bị sửa (hãy "
    "chạy luongxanh ledger verify).",
    "An event {kind} that cannot be read: a newer release wrote it (upgrade this one), or the row was altered (run "
    "luongxanh ledger verify).",
)
"""The sentence for a row that this release cannot read."""


def in_language(text: Bilingual, language: Language) -> str:
    """The text in one language."""
    return text.vi if language == "vi" else text.en


def actor_name(actor: Actor, names: Names) -> Bilingual:
    """The actor by role and unit. The absent colleague, if any, is shown by the internal code."""
    unit = None if actor.role is Role.SYSTEM else actor.unit
    return _who(ROLES[actor.role], unit, actor.stands_in_for, names)


def line(recorded: RecordedEvent | UnreadEvent, names: Names, language: Language = "vi") -> str:
    """One row of the ledger on one line: `08:15 05/08/2025  cán bộ một cửa, Phường Hà Nam: Tiếp nhận hồ sơ …`."""
    who = in_language(who_acted(recorded, names), language)
    return f"{at(recorded.at)}  {who}: {in_language(row_sentence(recorded, names), language)}"


def to_an_applicant(recorded: RecordedEvent | UnreadEvent) -> RecordedEvent | UnreadEvent:
    """The row without the internal codes of officers and programs, for the sentences that an applicant reads."""
    unnamed = {"stands_in_for": None, "carried_by": None}
    if isinstance(recorded, UnreadEvent):
        return recorded.model_copy(update=unnamed)
    event = recorded.event
    if isinstance(event, DossierAssigned | AssignmentReleased | EscalationAcknowledged | EscalationExplained):
        event = event.model_copy(update={"person": ""})
    return recorded.model_copy(update={"actor": recorded.actor.model_copy(update=unnamed), "event": event})


def who_acted(recorded: RecordedEvent | UnreadEvent, names: Names) -> Bilingual:
    """The actor of a row, by role and unit, with the absent colleague and the carrier if any."""
    if isinstance(recorded, RecordedEvent):
        return _through(actor_name(recorded.actor, names), recorded.actor.carried_by)
    who = _who(role_name(recorded.role), recorded.unit, recorded.stands_in_for, names)
    return _through(who, recorded.carried_by)


def _through(who: Bilingual, carrier: str | None) -> Bilingual:
    """The actor with the program that carried the act, as its code."""
    return who if carrier is None else _harmless(say(f"{who.vi} (qua {carrier})", f"{who.en} (through {carrier})"))


def _who(role: Bilingual, unit: str | None, stands_in_for: str | None, names: Names) -> Bilingual:
    where = f", {names.unit(unit)}" if unit else ""
    vi = f" (thay mặt {stands_in_for})" if stands_in_for else ""
    en = f" (on behalf of {stands_in_for})" if stands_in_for else ""
    return _harmless(say(f"{role.vi}{where}{vi}", f"{role.en}{where}{en}"))


def _harmless(text: Bilingual) -> Bilingual:
    """The text on one line without invisible characters: people's words in it cannot look like another line."""
    return say(printable(text.vi), printable(text.en))


def row_sentence(recorded: RecordedEvent | UnreadEvent, names: Names) -> Bilingual:
    """The sentence for a row of the ledger. It never raises an error."""
    if isinstance(recorded, UnreadEvent):
        return _harmless(_unworded(recorded.kind))
    return sentence(recorded.event, names)


def sentence(event: AnyEvent, names: Names) -> Bilingual:
    """The sentence for an event."""
    return _harmless(_event_sentence(event, names))


def _event_sentence(event: AnyEvent, names: Names) -> Bilingual:
    if isinstance(event, DossierSubmitted | IntakeEvent):
        return intake_sentence(event, names)
    if isinstance(event, SupplementEvent):
        return supplement_sentence(event, names)
    if isinstance(event, StepEvent):
        return step_sentence(event, names)
    if isinstance(event, PaymentEvent):
        return payment_sentence(event)
    if isinstance(event, ResultEvent):
        return result_sentence(event, names)
    if isinstance(event, PauseEvent):
        return pause_sentence(event)
    return _later_sentence(event, names)


def _later_sentence(
    event: DeadlineEvent
    | EscalationEvent
    | HandoverEvent
    | RulesEvent
    | RepairEvent
    | OutsideEvent
    | GroupEvent
    | PostEvent,
    names: Names,
) -> Bilingual:
    if isinstance(event, DeadlineEvent):
        return deadline_sentence(event, names)
    if isinstance(event, EscalationEvent):
        return escalation_sentence(event, names)
    if isinstance(event, HandoverEvent):
        return handover_sentence(event, names)
    if isinstance(event, RulesEvent):
        return rules_sentence(event, names)
    if isinstance(event, RepairEvent):
        return repair_sentence(event)
    if isinstance(event, OutsideEvent):
        return outside_sentence(event, names)
    if isinstance(event, GroupEvent):
        return group_sentence(event)
    if isinstance(event, PostEvent):
        return post_sentence(event)
    return _unworded(event.kind)


def _unworded(kind: str) -> Bilingual:
    return say(UNWORDED.vi.format(kind=kind), UNWORDED.en.format(kind=kind))
