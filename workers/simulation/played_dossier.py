"""One case of the log as a dossier: sends its commands to the workflow, as the person who has to do them."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Approve,
    CompleteStep,
    HumanCommand,
    ReceiveSupplement,
    Refuse,
    RequestSupplement,
    Resolve,
    Resume,
    ReturnResult,
    Sign,
    Submit,
    SubmittedDocument,
    Withdraw,
)
from domain.dossier.decide import Act
from domain.dossier.revision import CURRENT
from domain.dossier.view import DossierView, WorkAct, WorkItem
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.roles import Actor, Role
from workers.simulation.log_file import LoggedCase
from workers.simulation.mapping import Does
from workers.simulation.policies import Policy
from workers.simulation.virtual_ledger import VirtualLedger
from workers.simulation.virtual_workflow import UpdateRefused, VirtualWorkflow
from workflows.messages import OpenDossier

APPLICANT = Actor(person="nguoi-nop", role=Role.APPLICANT)
DESK = "mot-cua"
NOT_ASKED_FOR = "not_asked_for"
"""The dossier does not need the command now: nobody has it on the work-list."""
AFTER_THE_END = "after_the_end"
LEGAL_BASIS = "mô phỏng"
COMMITMENT = "0" * 63 + "1"
"""Stands for the hash of an applicant's particulars and of a document: there are none."""
OF_STEPS = (WorkAct.COMPLETE_STEP, WorkAct.APPROVE, WorkAct.SIGN)
TOWARDS_THE_END = (
    WorkAct.ACCEPT, WorkAct.ACKNOWLEDGE_HANDOVER, WorkAct.RECEIVE_SUPPLEMENT, WorkAct.RESUME, *OF_STEPS,
    WorkAct.RESOLVE, WorkAct.RETURN_RESULT,
)  # fmt: skip
MOST_ACTS = 50
"""Of one end of a case. A dossier needs fewer: more would be a circle."""


def person_of(officer: str) -> str:
    """The code of an officer of the log, who may have any name there."""
    return "can-bo-" + sha256(officer.encode()).hexdigest()[:16]


class PlayedDossier:
    """The dossier of one case. `refused`: how often the engine refused a command, by code."""

    def __init__(self, case: LoggedCase, number: int, unit: str, policy: Policy) -> None:
        self.case, self.unit, self._policy = case, unit, policy
        self.code = f"H42.{unit}-{case.opened:%y%m%d}-{number:04}"
        self.ledger = VirtualLedger()
        self.workflow = VirtualWorkflow(OpenDossier(code=self.code, revision=CURRENT), self.ledger.answer)
        self.refused: list[str] = []
        self._acts = 0

    @property
    def view(self) -> DossierView | None:
        """The dossier as screens would show it; None: the engine refused to open it."""
        return self.ledger.view

    def submit(self, at: datetime) -> None:
        """Opens the dossier."""
        command = Submit(
            procedure=self._policy.procedure.code,
            pins=self._policy.pins,
            channel=self.case.channel,
            received_by=self.unit,
            matter=Matter(territory=self.unit),
            applicant=COMMITMENT,
            documents=self._documents(),
        )
        online = self.case.channel is Channel.ONLINE
        actor = APPLICANT if online else Actor(person=DESK, role=Role.RECEPTION, unit=self.unit)
        self._send(actor, command, at)

    def does(self, what: Does, officer: str, at: datetime) -> None:
        """Does what an activity of the log means."""
        match what:
            case Does.WORK:
                return
            case Does.ACCEPT:
                self._do((WorkAct.ACCEPT,), officer, at)
            case Does.NEXT_STEP:
                self._do(OF_STEPS, officer, at)
            case Does.RECEIVE_SUPPLEMENT:
                self._do((WorkAct.RECEIVE_SUPPLEMENT,), officer, at)
            case Does.FINISH:
                self._finish(officer, at)
            case Does.REQUEST_SUPPLEMENT:
                self._order(RequestSupplement(documents=self._needed(), legal_basis=LEGAL_BASIS), officer, at)
            case Does.REFUSE:
                self._order(Refuse(legal_basis=LEGAL_BASIS), officer, at)
            case Does.WITHDRAW:
                self._send(APPLICANT if self.case.channel is Channel.ONLINE else self._at_the_desk(), Withdraw(), at)

    def _at_the_desk(self) -> Actor:
        return Actor(person=DESK, role=Role.RECEPTION, unit=self.unit)

    def _finish(self, officer: str, at: datetime) -> None:
        for _ in range(MOST_ACTS):
            if self.workflow.ended or not self._do(TOWARDS_THE_END, officer, at, asked=False):
                return

    def _do(self, acts: tuple[WorkAct, ...], officer: str, at: datetime, *, asked: bool = True) -> bool:
        """Does the first item of the work-list that is one of these. False: it was refused, or there is none."""
        item = next((one for one in self._work() if one.act in acts), None)
        if item is not None:
            actor = Actor(person=person_of(officer), role=item.role, unit=item.unit)
            return self._send(APPLICANT if item.role is Role.APPLICANT else actor, self._command(item), at)
        if asked:
            self.refused.append(AFTER_THE_END if self.workflow.ended else NOT_ASKED_FOR)
        return False

    def _order(self, command: HumanCommand, officer: str, at: datetime) -> None:
        """Sends a command that is on no work-list, as the one who has the dossier now."""
        item = next((one for one in self._work() if one.role is not Role.APPLICANT), None)
        if item is None:
            self.refused.append(NOT_ASKED_FOR)
            return
        self._send(Actor(person=person_of(officer), role=item.role, unit=item.unit), command, at)

    def _work(self) -> tuple[WorkItem, ...]:
        return self.view.work if self.view is not None and not self.workflow.ended else ()

    def _command(self, item: WorkItem) -> HumanCommand:
        assert self.view is not None
        step = self.view.step or ""
        number = f"{self.code[-4:]}/MP"
        match WorkAct(item.act):
            case WorkAct.ACCEPT:
                return Accept(pins=self._policy.pins)
            case WorkAct.ACKNOWLEDGE_HANDOVER:
                return AcknowledgeHandover()
            case WorkAct.COMPLETE_STEP:
                return CompleteStep(step=step)
            case WorkAct.APPROVE:
                return Approve(step=step)
            case WorkAct.SIGN:
                return Sign(document=COMMITMENT, result_number=number)
            case WorkAct.RESOLVE:
                return Resolve(result_number=number)
            case WorkAct.RETURN_RESULT:
                return ReturnResult()
            case WorkAct.RECEIVE_SUPPLEMENT:
                return ReceiveSupplement(documents=self._documents())
            case WorkAct.RESUME:
                return Resume()
            case other:
                raise AssertionError(f"the simulation does not play {other}")

    def _documents(self) -> tuple[SubmittedDocument, ...]:
        return tuple(SubmittedDocument(code=code, digitised=True) for code in self._needed())

    def _needed(self) -> tuple[str, ...]:
        return tuple(document.code for document in self._policy.procedure.documents)

    def _send(self, actor: Actor, command: HumanCommand, at: datetime) -> bool:
        self._acts += 1
        act = Act(command_id=uuid5(NAMESPACE_URL, f"{self.code}/{self._acts}"), actor=actor, command=command)
        try:
            self.workflow.act(act, at)
        except UpdateRefused as refusal:
            self.refused.append(refusal.code)
            return False
        return True
