"""Plays a case from submission to return, with the special steps of its story."""

from __future__ import annotations

from domain.dossier.commands import (
    Accept,
    ApproveFee,
    CorrectEntry,
    CorrectReceivedAt,
    Handback,
    Rate,
    ReceiveSupplement,
    Refuse,
    RequestSupplement,
    ReturnResult,
    SubmittedDocument,
    Withdraw,
)
from domain.dossier.state import State
from domain.messages.dossier import DossierRefusal
from domain.procedures.procedure import Channel
from domain.roles import Role
from gateway.client import Submission
from tools.demo import fee_payment, processing
from tools.demo.case_player import CasePlayer, other_than
from tools.demo.plan import Case, Mistake
from tools.demo.stories import Story

INTAKE_DECREE = "Nghị định 61/2018/NĐ-CP"
"""The legal basis on the demo's slips. The demo does not apply its rules."""
FEE_RESOLUTION = "Nghị quyết của Hội đồng nhân dân tỉnh về phí, lệ phí"
"""The legal basis of a fee that the catalogue does not state."""
_HANDBACK = {Channel.ONLINE: Handback.ONLINE, Channel.POST: Handback.POST, Channel.COUNTER: Handback.COUNTER}


async def play(player: CasePlayer) -> None:
    """Plays the case to the state in which its story ends."""
    await submit(player)
    if player.case.mistake is not None:
        await make_mistake(player, player.case.mistake)
    if not await at_the_desk(player):
        return
    if not await fee_payment.settle(player):
        return
    if not await processing.work_through(player):
        return
    await hand_back(player)


async def submit(player: CasePlayer) -> None:
    """Submits the dossier: the citizen does it online, else the desk does it for the citizen."""
    case = player.case
    await player.submit(
        Submission(
            key=case.key,
            actor=player.for_the_applicant(),
            procedure=case.procedure,
            channel=case.channel,
            case=case.case,
            received_by=case.place.received_by,
            assisted_by=case.place.assisted_by,
            matter=case.place.matter,
            applicant=case.person.applicant(),
            documents=_documents(case, case.documents),
            brought_over=case.brought_over,
        )
    )


async def make_mistake(player: CasePlayer, mistake: Mistake) -> None:
    """Sends a command that must be refused."""
    here = player.case.place.received_by
    desk = player.officer(Role.RECEPTION, here)
    match mistake:
        case Mistake.WRONG_ROLE:
            await player.refused(player.officer(Role.CASHIER, here), Accept(), DossierRefusal.WRONG_ROLE)
        case Mistake.WRONG_UNIT:
            elsewhere = other_than(player, here, player.case.place.matter.territory)
            await player.refused(player.officer(Role.RECEPTION, elsewhere), Accept(), DossierRefusal.WRONG_UNIT)
        case Mistake.WRONG_STATE:
            await player.refused(desk, ReturnResult(), DossierRefusal.WRONG_STATE)
        case Mistake.STALE_VERSION:
            await player.refused(desk, Accept(), DossierRefusal.STALE_VERSION, version=0)


async def at_the_desk(player: CasePlayer) -> bool:
    """Plays the intake. Returns False when the story ends there."""
    desk = player.officer(Role.RECEPTION, player.case.place.received_by)
    match player.case.story:
        case Story.AT_THE_DESK:
            return False
        case Story.REFUSED:
            await player.act(desk, Refuse(legal_basis=INTAKE_DECREE), note="Hồ sơ không thuộc thẩm quyền giải quyết.")
            return False
        case Story.WITHDRAWN_EARLY:
            await player.act(player.for_the_applicant(), Withdraw())
            return False
        case Story.SUPPLEMENT_AT_INTAKE:
            await _complete_before_intake(player)
        case _:
            pass
    await _accept(player)
    if player.case.story is Story.WRONG_RECEIPT_DATE:
        submitted_at = (await player.look()).intake.submitted_at
        if submitted_at is not None:
            correction = CorrectEntry(
                correction=CorrectReceivedAt(value=submitted_at), legal_basis="Biên nhận viết tay"
            )
            await player.act(desk, correction, note="Nhận đủ giấy tờ ngay khi nộp, bấm tiếp nhận muộn.")
    return True


async def _accept(player: CasePlayer) -> None:
    """Accepts the dossier. A fee that the catalogue does not state is proposed by the desk and approved by the head."""
    here, fee = player.case.place.received_by, player.case.fee_stated
    if fee is None:
        await player.act(player.officer(Role.RECEPTION, here), Accept())
        return
    await player.act(player.officer(Role.RECEPTION, here), Accept(fee=fee, legal_basis=FEE_RESOLUTION))
    await player.act(player.officer(Role.HEAD_OF_UNIT, here), ApproveFee(amount=fee))


async def _complete_before_intake(player: CasePlayer) -> None:
    """The desk cannot accept an incomplete dossier. It asks once for everything that is missing, and gets it."""
    case = player.case
    desk = player.officer(Role.RECEPTION, case.place.received_by)
    await player.refused(desk, Accept(fee=case.fee_stated, legal_basis=FEE_RESOLUTION), DossierRefusal.MISSING_DOCUMENT)
    await player.act(desk, RequestSupplement(documents=case.missing, legal_basis=INTAKE_DECREE))
    await player.act(player.for_the_applicant(), ReceiveSupplement(documents=_documents(case, case.missing)))


async def hand_back(player: CasePlayer) -> None:
    """Returns the result to the applicant, who may rate the service."""
    case = player.case
    await player.until(lambda dossier: dossier.state is State.RESOLVED, "the result")
    if case.ends is State.RESOLVED:
        return
    desk = player.officer(Role.RECEPTION, case.place.received_by)
    await player.act(desk, ReturnResult(by=_HANDBACK[case.channel]))
    if case.stars is not None:
        await player.act(player.applicant(), Rate(stars=case.stars))


def _documents(case: Case, codes: tuple[str, ...]) -> tuple[SubmittedDocument, ...]:
    digital = case.channel is Channel.ONLINE
    return tuple(SubmittedDocument(code=code, original=not digital, digitised=digital) for code in codes)
