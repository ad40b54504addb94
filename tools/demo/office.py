"""What the units do with an accepted dossier: step by step to the signed result, with what goes wrong on the way."""

from __future__ import annotations

from domain.dossier.commands import (
    Approve,
    AskOpinion,
    Assign,
    CompleteStep,
    ConfirmIdentity,
    Extend,
    GiveOpinion,
    ReceiveSupplement,
    RejectResult,
    RequestSupplement,
    Resolve,
    Resume,
    SendBackStep,
    Sign,
    Stop,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.state import Dossier, Identity, SigningStatus, State
from domain.procedures.procedure import Channel, Step, StepKind
from domain.roles import Actor, Role
from tools.demo import handovers
from tools.demo.playing import Playing, in_charge, other_than
from tools.demo.stories import Story

LEVELS = 3
"""Ward, provincial centre, provincial committee: a signature can be handed up twice."""


async def work_through(playing: Playing) -> bool:
    """From intake to the result. False: the story ends before."""
    if playing.case.story is Story.TO_BE_COORDINATED:
        return False
    await handovers.settle(playing)
    match playing.case.story:
        case Story.EXTENDED:
            await _extend(playing)
        case Story.SENT_BACK | Story.OPINION | Story.OPINION_AWAITED:
            await walk(playing, up_to=StepKind.APPROVE)
        case Story.RESULT_REJECTED:
            await walk(playing, up_to=StepKind.SIGN)
        case _:
            await first_step(playing)
    if not await _turn(playing):
        return False
    await walk(playing)
    return True


async def walk(playing: Playing, up_to: StepKind | None = None) -> None:
    """Step after step until the dossier stands at a step of this kind, or is resolved."""
    dossier = await playing.look()
    while dossier.processing.step is not None:
        step = playing.rules(dossier).step(dossier.processing.step)
        if step.kind is up_to:
            return
        await take(playing, dossier, step)
        dossier = await playing.look()
    if dossier.state is State.PROCESSING:
        by = playing.officer(Role.SPECIALIST, in_charge(dossier))
        await playing.act(by, Resolve(result_number=_number(playing), document=playing.paper("result")))


async def first_step(playing: Playing) -> None:
    """The first step is done, so that the dossier is being processed."""
    dossier = await playing.look()
    await take(playing, dossier, playing.rules(dossier).step(dossier.processing.step))


async def take(playing: Playing, dossier: Dossier, step: Step) -> None:
    """One step by whoever has its role; a head of unit assigns every third dossier by name."""
    by = playing.officer(step.role, in_charge(dossier))
    match step.kind:
        case StepKind.SIGN:
            await sign(playing)
        case StepKind.APPROVE:
            await playing.act(by, Approve(step=step.code))
        case StepKind.PROCESS:
            if step.role is Role.SPECIALIST and playing.case.number % 3 == 0:
                await playing.act(_head(playing, dossier), Assign(person=by.person))
            await playing.act(by, CompleteStep(step=step.code))


async def sign(playing: Playing) -> None:
    """Whoever must sign signs; where a token fails, the level above signs at once."""
    for _ in range(LEVELS):
        dossier = await playing.look()
        await _settle_identity(playing, dossier)
        handed_over = dossier.signing.status is SigningStatus.HANDED_OVER
        unit = dossier.signing.unit if handed_over else None
        by = playing.officer(Role.SIGNATORY, unit or in_charge(dossier))
        await playing.act(by, Sign(document=playing.paper("result"), result_number=_number(playing)))
        dossier = await playing.until(_signed_or_handed_over, "a signature")
        if dossier.state is State.RESOLVED:
            return
    raise playing.wrong("no level could sign")


async def _settle_identity(playing: Playing, dossier: Dossier) -> None:
    """Where the procedure asks for it, the head answers for an applicant who differs from the population database."""
    must = playing.procedure(dossier).outside.identity_must_match
    if must and dossier.applicant.identity is Identity.DIFFERS:
        basis = "Đã đối chiếu bản chính giấy tờ tùy thân"
        await playing.act(_head(playing, dossier), ConfirmIdentity(legal_basis=basis))


async def _turn(playing: Playing) -> bool:
    """What the story does to a dossier in the middle of its way. False: it stays so."""
    dossier = await playing.look()
    head = _head(playing, dossier)
    match playing.case.story:
        case Story.WITHDRAWN_LATE:
            await playing.act(playing.for_the_applicant(), Withdraw())
            return False
        case Story.LATE_OFFICER:
            specialist = playing.officer(Role.SPECIALIST, in_charge(dossier))
            await playing.act(head, Assign(person=specialist.person))
            return False
        case Story.SUPPLEMENT | Story.SUPPLEMENT_AWAITED:
            return await _supplement(playing, dossier)
        case Story.OPINION | Story.OPINION_AWAITED:
            return await _opinion(playing, dossier)
        case Story.SUSPENDED_AND_RESUMED | Story.SUSPENDED | Story.STOPPED:
            return await _halt(playing, head)
        case Story.SENT_BACK | Story.RESULT_REJECTED:
            await _back(playing, dossier)
        case _:
            pass
    return True


async def _supplement(playing: Playing, dossier: Dossier) -> bool:
    """A paper turns out to be unreadable: asked for with its legal basis, and brought again, or not yet."""
    case = playing.case
    asked = playing.procedure(dossier).documents
    codes = tuple(one.code for one in asked if one.required)[:1]
    request = RequestSupplement(documents=codes, legal_basis="Điều 17 Nghị định 61/2018/NĐ-CP")
    specialist = playing.officer(Role.SPECIALIST, in_charge(dossier))
    await playing.act(specialist, request, note="Bản chụp mờ, không đọc được số.")
    if case.story is Story.SUPPLEMENT_AWAITED:
        return False
    online = case.channel is Channel.ONLINE
    papers = tuple(SubmittedDocument(code=code, digitised=online) for code in codes)
    await playing.act(playing.for_the_applicant(), ReceiveSupplement(documents=papers))
    return True


async def _opinion(playing: Playing, dossier: Dossier) -> bool:
    """Another unit is asked; nothing is approved before it has answered."""
    handling = in_charge(dossier)
    asked = other_than(playing, handling)
    await playing.act(playing.officer(Role.SPECIALIST, handling), AskOpinion(unit=asked))
    step = playing.rules(dossier).step(dossier.processing.step)
    await playing.refused(playing.officer(step.role, handling), Approve(step=step.code), "opinion_awaited")
    if playing.case.story is Story.OPINION_AWAITED:
        return False
    await playing.act(playing.officer(Role.SPECIALIST, asked), GiveOpinion(agrees=playing.case.number % 4 != 0))
    return True


async def _halt(playing: Playing, head: Actor) -> bool:
    basis = "Quyết định tạm dừng để xác minh tranh chấp"
    if playing.case.story is Story.STOPPED:
        await playing.act(head, Stop(legal_basis="Người nộp không thực hiện nghĩa vụ theo quy định"))
        return False
    await playing.act(head, Suspend(legal_basis=basis))
    if playing.case.story is Story.SUSPENDED:
        return False
    await playing.act(head, Resume())
    return True


async def _back(playing: Playing, dossier: Dossier) -> None:
    """Back to the last step that prepares the result."""
    steps = playing.procedure(dossier).steps
    at = playing.rules(dossier).step(dossier.processing.step)
    earlier = [step for step in steps[: steps.index(at)] if step.kind is StepKind.PROCESS]
    by = playing.officer(at.role, in_charge(dossier))
    if playing.case.story is Story.SENT_BACK:
        await playing.act(by, SendBackStep(to_step=earlier[-1].code), note="Thiếu căn cứ, đề nghị rà soát lại.")
    else:
        await playing.act(by, RejectResult(to_step=earlier[-1].code), note="Dự thảo sai thể thức.")


async def _extend(playing: Playing) -> None:
    """Once, in time, with an apology: two working days more."""
    dossier = await playing.look()
    due = dossier.deadlines.statutory_due or dossier.deadlines.promised_due
    if due is None:
        raise playing.wrong("there is no date to extend")
    until = playing.rules(dossier).calendar.working_day_after(due.date(), 2)
    basis = "Phiếu xin lỗi và hẹn lại: chờ kết quả xác minh"
    await playing.act(_head(playing, dossier), Extend(until=until, legal_basis=basis))


def _head(playing: Playing, dossier: Dossier) -> Actor:
    return playing.officer(Role.HEAD_OF_UNIT, in_charge(dossier))


def _signed_or_handed_over(dossier: Dossier) -> bool:
    return dossier.state is State.RESOLVED or dossier.signing.status is SigningStatus.HANDED_OVER


def _number(playing: Playing) -> str:
    return f"{playing.case.number:04d}-KQ"
