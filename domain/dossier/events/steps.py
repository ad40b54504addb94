"""The events of the internal process: assigned, started, completed, sent back, and opinions of other units."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events.base import BaseEvent, LeavesCalls
from domain.values import Code


class DossierAssigned(BaseEvent):
    kind: Literal["dossier_assigned"] = "dossier_assigned"
    person: Code
    step: Code


class AssignmentReleased(BaseEvent):
    """`person` had `step` and has it no more: it waits in the unit."""

    kind: Literal["assignment_released"] = "assignment_released"
    person: Code
    step: Code
    reason: str


class ProcessingStarted(BaseEvent):
    kind: Literal["processing_started"] = "processing_started"


class StepCompleted(BaseEvent):
    """`unit` and `person` completed `step`; `next_step` is None after the last."""

    kind: Literal["step_completed"] = "step_completed"
    step: Code
    person: Code
    unit: Code
    next_step: Code | None


class StepSentBack(LeavesCalls):
    kind: Literal["step_sent_back"] = "step_sent_back"
    from_step: Code
    to_step: Code


class OpinionAsked(BaseEvent):
    kind: Literal["opinion_asked"] = "opinion_asked"
    unit: Code
    legal_basis: str | None = None


class OpinionGiven(BaseEvent):
    kind: Literal["opinion_given"] = "opinion_given"
    unit: Code
    agrees: bool


class ResultRejected(LeavesCalls):
    kind: Literal["result_rejected"] = "result_rejected"
    step: Code
    to_step: Code


StepEvent = (
    DossierAssigned
    | AssignmentReleased
    | ProcessingStarted
    | StepCompleted
    | StepSentBack
    | OpinionAsked
    | OpinionGiven
    | ResultRejected
)
