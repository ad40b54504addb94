"""Four eyes: who did one thing in a dossier may not do another one, where the province says so.

What a person did is read from the events of the dossier. An act that has another in it counts as both: who accepts a
dossier with a fee that differs from the published one has also proposed that fee.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from domain.organisation.people import FourEyes
from domain.procedures.procedure import StepKind
from domain.values import Value

EVENT_OF: Mapping[str, str] = {
    "submit": "dossier_submitted",
    "accept": "dossier_accepted",
    "refuse": "dossier_refused",
    "request_supplement": "supplement_requested",
    "receive_supplement": "supplement_received",
    "assign": "dossier_assigned",
    "claim": "dossier_assigned",
    "release": "assignment_released",
    "complete_step": "step_completed",
    "send_back_step": "step_sent_back",
    "approve": "step_completed",
    "ask_opinion": "opinion_asked",
    "give_opinion": "opinion_given",
    "propose_fee": "fee_proposed",
    "approve_fee": "fee_approved",
    "reject_fee": "fee_rejected",
    "request_payment": "payment_requested",
    "cancel_payment_request": "payment_request_cancelled",
    "confirm_payment": "payment_confirmed",
    "sign": "signature_requested",
    "reject_result": "result_rejected",
    "resolve": "dossier_resolved",
    "return_result": "result_returned",
    "request_post": "post_requested",
    "cancel_post": "post_request_cancelled",
    "rate": "dossier_rated",
    "suspend": "dossier_suspended",
    "resume": "dossier_resumed",
    "stop": "dossier_stopped",
    "withdraw": "dossier_withdrawn",
    "extend": "deadline_extended",
    "correct_entry": "entry_corrected",
    "confirm_identity": "identity_confirmed",
    "hand_over": "handover_sent",
    "acknowledge_handover": "handover_acknowledged",
    "refuse_handover": "handover_refused",
    "acknowledge_escalation": "escalation_acknowledged",
    "explain_escalation": "escalation_explained",
    "hand_back": "responsibility_handed_back",
    "retry_refused_call": "refused_call_retried",
}
"""For each command the event by which the dossier shows that somebody gave it.

`check_payment` and `check_post` are not among them: other commands write their events too. The commands of rollouts
are given to many dossiers at once, and those of operators (`terminate`) have their own rule of a second person.
"""

FORBIDDABLE = (*(kind for kind in EVENT_OF if kind != "submit"), "check_payment", "check_post")
"""The commands that four eyes may forbid: those that people give on a submitted dossier."""

STEP_KIND_OF: Mapping[str, StepKind] = {"complete_step": StepKind.PROCESS, "approve": StepKind.APPROVE}
"""The commands that write the same event are told apart by the kind of the step."""


class Deed(Value):
    """One event that a person caused in a dossier. `step` is the step that it names, if any."""

    kind: str
    step: str | None
    command_id: UUID


def done_before(
    command: str, policies: Iterable[FourEyes], deeds: Collection[Deed], steps: Mapping[str, StepKind]
) -> tuple[str, FourEyes] | None:
    """What the person did that forbids the command, with the policy that says so; None when nothing does.

    `deeds` are those of the person in the dossier, `steps` the kinds of its procedure's steps. A step that the
    procedure no longer has counts as processed and as approved.
    """
    for policy in policies:
        for earlier in policy.done if command in policy.then else ():
            if any(_shows(deed, earlier, steps) for deed in deeds):
                return earlier, policy
    return None


def _shows(deed: Deed, command: str, steps: Mapping[str, StepKind]) -> bool:
    wanted = STEP_KIND_OF.get(command)
    return deed.kind == EVENT_OF[command] and (wanted is None or steps.get(deed.step or "", wanted) is wanted)
