"""The groups by which the events of a dossier are filtered. Every kind belongs to one group."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any, get_args

from domain.dossier import events as happened
from domain.values import Bilingual
from gateway.i18n.wording import say


class EventGroup(StrEnum):
    """One group of kinds, in the order of the filter."""

    INTAKE = "intake"
    PROCESSING = "processing"
    HANDOVER = "handover"
    CLOCKS = "clocks"
    ESCALATION = "escalation"
    MONEY = "money"
    RESULT = "result"
    OUTSIDE = "outside"
    RULES = "rules"
    REPAIRS = "repairs"

    @property
    def words(self) -> Bilingual:
        """The name on screens."""
        return _WORDS[self]


_WORDS = {
    EventGroup.INTAKE: say("Tiếp nhận, giấy tờ", "Intake and papers"),
    EventGroup.PROCESSING: say("Xử lý", "Processing"),
    EventGroup.HANDOVER: say("Chuyển đơn vị", "Handovers"),
    EventGroup.CLOCKS: say("Thời hạn, tạm dừng", "Clocks and pauses"),
    EventGroup.ESCALATION: say("Cảnh báo, leo thang", "Warnings and escalations"),
    EventGroup.MONEY: say("Phí, thanh toán", "Fees and payments"),
    EventGroup.RESULT: say("Kết quả, ký số", "Result and signatures"),
    EventGroup.OUTSIDE: say("Hệ thống ngoài", "Outside systems"),
    EventGroup.RULES: say("Đổi quy định", "Changes of rules"),
    EventGroup.REPAIRS: say("Sửa do vận hành", "Repairs by operators"),
}

_BY_SUBJECT: dict[Any, EventGroup] = {
    happened.IntakeEvent: EventGroup.INTAKE,
    happened.SupplementEvent: EventGroup.INTAKE,
    happened.StepEvent: EventGroup.PROCESSING,
    happened.HandoverEvent: EventGroup.HANDOVER,
    happened.DeadlineEvent: EventGroup.CLOCKS,
    happened.EscalationEvent: EventGroup.ESCALATION,
    happened.PauseEvent: EventGroup.CLOCKS,
    happened.PaymentEvent: EventGroup.MONEY,
    happened.ResultEvent: EventGroup.RESULT,
    happened.RulesEvent: EventGroup.RULES,
    happened.OutsideEvent: EventGroup.OUTSIDE,
    happened.PostEvent: EventGroup.OUTSIDE,
    happened.GroupEvent: EventGroup.PROCESSING,
}
_ALONE: dict[type[Any], EventGroup] = {
    happened.DossierSubmitted: EventGroup.INTAKE,
    happened.EntryCorrected: EventGroup.INTAKE,
    happened.DeadlineWarned: EventGroup.ESCALATION,
    happened.DossierEscalated: EventGroup.ESCALATION,
    happened.SupplementLapsed: EventGroup.INTAKE,
    happened.ChildrenPlanned: EventGroup.INTAKE,
    happened.ChildLate: EventGroup.ESCALATION,
    happened.WaitOverdue: EventGroup.ESCALATION,
    happened.DossierRepaired: EventGroup.REPAIRS,
}
"""Events in another group than that of their subject."""


def kind_of(event: type[Any]) -> str:
    """The kind by which events of this class are stored."""
    return str(event.model_fields["kind"].default)


def kinds_of(events: Iterable[type[Any]]) -> frozenset[str]:
    """The kinds of several classes of events."""
    return frozenset(kind_of(event) for event in events)


GROUP_OF: dict[str, EventGroup] = {
    **{kind_of(event): group for subject, group in _BY_SUBJECT.items() for event in get_args(subject)},
    **{kind_of(event): group for event, group in _ALONE.items()},
}
"""The group of each kind."""


STAFF_ONLY = kinds_of((happened.DossierRepaired,))
"""The kinds that applicants do not see: what operators did to the workflow of a dossier, and not to the dossier."""


def kinds_in(groups: Collection[EventGroup]) -> frozenset[str]:
    """The kinds of these groups."""
    return frozenset(kind for kind, group in GROUP_OF.items() if group in groups)
