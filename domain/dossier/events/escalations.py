"""What follows from an escalation: it is acknowledged, explained, climbs, ends; a dossier is handed back."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from domain.dossier.commands import ExplanationCause
from domain.dossier.events.base import BaseEvent
from domain.organisation.routing import Reason
from domain.rules.audience import Addressee
from domain.values import Bilingual, Code, Instant


class ClimbCause(StrEnum):
    """Why an escalation was told to another unit."""

    UNANSWERED = "unanswered"
    UNEXPLAINED = "unexplained"
    UNFINISHED = "unfinished"  # a dossier that was handed back

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _CLIMBS[self]


_CLIMBS = {
    ClimbCause.UNANSWERED: Bilingual(vi="không ai xác nhận đúng hạn", en="nobody acknowledged it in time"),
    ClimbCause.UNEXPLAINED: Bilingual(vi="không giải trình đúng hạn", en="no explanation came in time"),
    ClimbCause.UNFINISHED: Bilingual(
        vi="hồ sơ giao trả chưa giải quyết xong đúng hạn", en="the dossier that was handed back is not finished in time"
    ),
}


class EndCause(StrEnum):
    """Why nobody needs to answer an escalation any more."""

    RESOLVED = "resolved"
    CLOSED = "closed"
    HANDED_OVER = "handed_over"
    NEW_LIMIT = "new_limit"
    STEP_DONE = "step_done"
    HANDOVER_ANSWERED = "handover_answered"
    AUTHORITY_FOUND = "authority_found"
    OPINION_GIVEN = "opinion_given"
    SIGNED = "signed"
    PAID = "paid"
    ASSIGNED = "assigned"
    TAKEN_OVER_AGAIN = "taken_over_again"

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _ENDS[self]


_ENDS = {
    EndCause.RESOLVED: Bilingual(vi="hồ sơ đã có kết quả", en="the dossier has its result"),
    EndCause.CLOSED: Bilingual(vi="hồ sơ đã dừng hoặc đã rút", en="the dossier was stopped or withdrawn"),
    EndCause.HANDED_OVER: Bilingual(vi="hồ sơ đã chuyển cơ quan khác", en="another authority has the dossier"),
    EndCause.NEW_LIMIT: Bilingual(vi="hồ sơ đã có thời hạn mới", en="the dossier has a new limit"),
    EndCause.STEP_DONE: Bilingual(vi="hồ sơ đã qua bước đó", en="the dossier has left that step"),
    EndCause.HANDOVER_ANSWERED: Bilingual(vi="đơn vị nhận đã trả lời", en="the receiving unit has answered"),
    EndCause.AUTHORITY_FOUND: Bilingual(vi="đã xác định cơ quan có thẩm quyền", en="the authority was found"),
    EndCause.OPINION_GIVEN: Bilingual(vi="đã có ý kiến", en="the opinion was given"),
    EndCause.SIGNED: Bilingual(vi="việc ký đã xong", en="the signing is over"),
    EndCause.PAID: Bilingual(vi="việc thanh toán đã xong", en="the payment is settled"),
    EndCause.ASSIGNED: Bilingual(vi="đã có người thụ lý", en="somebody is assigned"),
    EndCause.TAKEN_OVER_AGAIN: Bilingual(vi="cấp trên đã nhận lại hồ sơ", en="the level above has taken it over again"),
}


class EscalationAcknowledged(BaseEvent):
    """The unit that was told has answered: it knows and acts. The escalation does not climb any more."""

    kind: Literal["escalation_acknowledged"] = "escalation_acknowledged"
    escalation: int
    unit: Code
    person: Code


class EscalationExplained(BaseEvent):
    """The unit that kept the dossier waiting has explained why. `late`: after the time that it had."""

    kind: Literal["escalation_explained"] = "escalation_explained"
    escalation: int
    unit: Code
    person: Code
    cause: ExplanationCause
    late: bool


class EscalationClimbed(BaseEvent):
    """Nobody answered or explained in time, so `unit` is told. `at_top`: there is no level above; it is an incident."""

    kind: Literal["escalation_climbed"] = "escalation_climbed"
    escalation: int
    because: ClimbCause
    unit: Code
    notified_units: tuple[Code, ...]
    addressees: tuple[Addressee, ...] = ()
    passed_over: tuple[Reason, ...] = ()
    answer_by: Instant | None = None
    at_top: bool = False


class EscalationEnded(BaseEvent):
    """Its cause is gone, so nobody needs to answer or to explain any more."""

    kind: Literal["escalation_ended"] = "escalation_ended"
    escalation: int
    because: EndCause


class ResponsibilityHandedBack(BaseEvent):
    """The level that had taken over hands the dossier back to the competent authority, which finishes it by a time.

    It has the number of an escalation: when the time has passed, the level that handed it back is told.
    """

    kind: Literal["responsibility_handed_back"] = "responsibility_handed_back"
    escalation: int
    from_unit: Code
    to_unit: Code
    legal_basis: str
    finish_by: Instant | None


EscalationEvent = (
    EscalationAcknowledged | EscalationExplained | EscalationClimbed | EscalationEnded | ResponsibilityHandedBack
)
