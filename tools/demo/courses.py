"""The course of a case from submission to return, and where its story turns it aside."""

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
from domain.procedures.procedure import Channel
from domain.roles import Role
from gateway.client import Submission
from tools.demo import office, paying
from tools.demo.plan import Case, Mistake
from tools.demo.playing import Playing, other_than
from tools.demo.stories import Story

INTAKE_DECREE = "Nghị định 61/2018/NĐ-CP"
"""Named in the demo's slips as the legal basis; the demo decides nothing by it."""
FEE_RESOLUTION = "Nghị quyết của Hội đồng nhân dân tỉnh về phí, lệ phí"
"""Named where the catalogue leaves a fee open."""
_HANDBACK = {Channel.ONLINE: Handback.ONLINE, Channel.POST: Handback.POST, Channel.COUNTER: Handback.COUNTER}


async def play(playing: Playing) -> None:
    """Plays the case to the state in which its story ends."""
    await submit(playing)
    if playing.case.mistake is not None:
        await make_mistake(playing, playing.case.mistake)
    if not await at_the_desk(playing):
        return
    if not await paying.settle(playing):
        return
    if not await office.work_through(playing):
        return
    await hand_back(playing)


async def submit(playing: Playing) -> None:
    """By the citizen online, or by the desk for the citizen."""
    case = playing.case
    await playing.submit(
        Submission(
            key=case.key,
            actor=playing.for_the_applicant(),
            procedure=case.procedure,
            channel=case.channel,
            case=case.case,
            received_by=case.place.received_by,
            assisted_by=case.place.assisted_by,
            matter=case.place.matter,
            applicant=case.person.applicant(),
            documents=_papers(case, case.documents),
            brought_over=case.brought_over,
        )
    )


async def make_mistake(playing: Playing, mistake: Mistake) -> None:
    """Somebody tries what may not be done, and is told."""
    here = playing.case.place.received_by
    desk = playing.officer(Role.RECEPTION, here)
    match mistake:
        case Mistake.WRONG_ROLE:
            await playing.refused(playing.officer(Role.CASHIER, here), Accept(), mistake)
        case Mistake.WRONG_UNIT:
            elsewhere = other_than(playing, here, playing.case.place.matter.territory)
            await playing.refused(playing.officer(Role.RECEPTION, elsewhere), Accept(), mistake)
        case Mistake.WRONG_STATE:
            await playing.refused(desk, ReturnResult(), mistake)
        case Mistake.STALE_VERSION:
            await playing.refused(desk, Accept(), mistake, version=0)


async def at_the_desk(playing: Playing) -> bool:
    """Intake. False: the story ends here."""
    desk = playing.officer(Role.RECEPTION, playing.case.place.received_by)
    match playing.case.story:
        case Story.AT_THE_DESK:
            return False
        case Story.REFUSED:
            await playing.act(desk, Refuse(legal_basis=INTAKE_DECREE), note="Hồ sơ không thuộc thẩm quyền giải quyết.")
            return False
        case Story.WITHDRAWN_EARLY:
            await playing.act(playing.for_the_applicant(), Withdraw())
            return False
        case Story.SUPPLEMENT_AT_INTAKE:
            await _complete_before_intake(playing)
        case _:
            pass
    await _accept(playing)
    if playing.case.story is Story.WRONG_RECEIPT_DATE:
        handed_in = (await playing.look()).intake.submitted_at
        if handed_in is not None:
            correction = CorrectEntry(correction=CorrectReceivedAt(value=handed_in), legal_basis="Biên nhận viết tay")
            await playing.act(desk, correction, note="Nhận đủ giấy tờ ngay khi nộp, bấm tiếp nhận muộn.")
    return True


async def _accept(playing: Playing) -> None:
    """Where the catalogue leaves the fee open, the desk proposes it and the head of the unit approves it."""
    here, fee = playing.case.place.received_by, playing.case.fee_stated
    if fee is None:
        await playing.act(playing.officer(Role.RECEPTION, here), Accept())
        return
    await playing.act(playing.officer(Role.RECEPTION, here), Accept(fee=fee, legal_basis=FEE_RESOLUTION))
    await playing.act(playing.officer(Role.HEAD_OF_UNIT, here), ApproveFee(amount=fee))


async def _complete_before_intake(playing: Playing) -> None:
    """The desk cannot accept what is incomplete, asks once for everything, and gets it."""
    case = playing.case
    desk = playing.officer(Role.RECEPTION, case.place.received_by)
    await playing.refused(desk, Accept(fee=case.fee_stated, legal_basis=FEE_RESOLUTION), "missing_document")
    await playing.act(desk, RequestSupplement(documents=case.missing, legal_basis=INTAKE_DECREE))
    await playing.act(playing.for_the_applicant(), ReceiveSupplement(documents=_papers(case, case.missing)))


async def hand_back(playing: Playing) -> None:
    """The result goes to the applicant, who may say how it was."""
    case = playing.case
    await playing.until(lambda dossier: dossier.state is State.RESOLVED, "the result")
    if case.ends is State.RESOLVED:
        return
    desk = playing.officer(Role.RECEPTION, case.place.received_by)
    await playing.act(desk, ReturnResult(by=_HANDBACK[case.channel]))
    if case.stars is not None:
        await playing.act(playing.applicant(), Rate(stars=case.stars))


def _papers(case: Case, codes: tuple[str, ...]) -> tuple[SubmittedDocument, ...]:
    digital = case.channel is Channel.ONLINE
    return tuple(SubmittedDocument(code=code, original=not digital, digitised=digital) for code in codes)
