"""Plays the processing of an accepted dossier, step by step to the signed result, with the events of its story."""

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
from domain.messages.dossier import DossierRefusal
from domain.procedures.procedure import Channel, Step, StepKind
from domain.roles import Actor, Role
from tools.demo import handovers
from tools.demo.case_player import CasePlayer, in_charge, other_than
from tools.demo.stories import Story


async def work_through(player: CasePlayer) -> bool:
    """Plays the steps from intake to the result. Returns False when the story ends before."""
    if player.case.story is Story.TO_BE_COORDINATED:
        return False
    await handovers.settle(player)
    match player.case.story:
        case Story.EXTENDED:
            await _extend(player)
        case Story.SENT_BACK | Story.OPINION | Story.OPINION_AWAITED:
            await complete_steps(player, up_to=StepKind.APPROVE)
        case Story.RESULT_REJECTED:
            await complete_steps(player, up_to=StepKind.SIGN)
        case _:
            await complete_first_step(player)
    if not await _play_story_event(player):
        return False
    await complete_steps(player)
    return True


async def complete_steps(player: CasePlayer, up_to: StepKind | None = None) -> None:
    """Completes one step after another, until the next one is of this kind or the dossier is resolved."""
    dossier = await player.look()
    while dossier.processing.step is not None:
        step = player.rules(dossier).step(dossier.processing.step)
        if step.kind is up_to:
            return
        await complete_step(player, dossier, step)
        dossier = await player.look()
    if dossier.state is State.PROCESSING:
        by = player.officer(Role.SPECIALIST, in_charge(dossier))
        await player.act(by, Resolve(result_number=_number(player), document=player.document_hash("result")))


async def complete_first_step(player: CasePlayer) -> None:
    """Completes the first step, after which the dossier is in processing."""
    dossier = await player.look()
    await complete_step(player, dossier, player.rules(dossier).step(dossier.processing.step))


async def complete_step(player: CasePlayer, dossier: Dossier, step: Step) -> None:
    """Completes one step as a person with its role: who has it. Every third is assigned by the head of unit."""
    by = player.officer(step.role, in_charge(dossier))
    match step.kind:
        case StepKind.SIGN:
            await sign(player)
        case StepKind.APPROVE:
            await player.act(by, Approve(step=step.code))
        case StepKind.PROCESS:
            if step.role is Role.SPECIALIST and player.case.number % 3 == 0:
                await player.act(_head(player, dossier), Assign(person=by.person))
            else:
                by = await player.who_has_it(by)
            await player.act(by, CompleteStep(step=step.code))


async def sign(player: CasePlayer) -> None:
    """Signs the result. When a token fails, the level above signs at once."""
    for _ in range(player.signings):
        dossier = await player.look()
        await _settle_identity(player, dossier)
        handed_over = dossier.signing.status is SigningStatus.HANDED_OVER
        unit = dossier.signing.unit if handed_over else None
        by = player.officer(Role.SIGNATORY, unit or in_charge(dossier))
        await player.act(by, Sign(document=player.document_hash("result"), result_number=_number(player)))
        dossier = await player.until(_signed_or_handed_over, "a signature")
        if dossier.state is State.RESOLVED:
            return
    raise player.wrong("no level could sign")


async def _settle_identity(player: CasePlayer, dossier: Dossier) -> None:
    """The head confirms the identity when the procedure needs it and the population database differs."""
    must_match = player.procedure(dossier).outside.identity_must_match
    if must_match and dossier.applicant.identity is Identity.DIFFERS:
        basis = "Đã đối chiếu bản chính giấy tờ tùy thân"
        await player.act(_head(player, dossier), ConfirmIdentity(legal_basis=basis))


async def _play_story_event(player: CasePlayer) -> bool:
    """Plays the special event of the story in the middle of processing. Returns False when the story ends there."""
    dossier = await player.look()
    head = _head(player, dossier)
    match player.case.story:
        case Story.WITHDRAWN_LATE:
            await player.act(player.for_the_applicant(), Withdraw())
            return False
        case Story.LATE_OFFICER:
            specialist = player.officer(Role.SPECIALIST, in_charge(dossier))
            await player.act(head, Assign(person=specialist.person))
            return False
        case Story.SUPPLEMENT | Story.SUPPLEMENT_AWAITED:
            return await _supplement(player, dossier)
        case Story.OPINION | Story.OPINION_AWAITED:
            return await _opinion(player, dossier)
        case Story.SUSPENDED_AND_RESUMED | Story.SUSPENDED | Story.STOPPED:
            return await _suspend_or_stop(player, head)
        case Story.SENT_BACK | Story.RESULT_REJECTED:
            await _send_back(player, dossier)
        case _:
            pass
    return True


async def _supplement(player: CasePlayer, dossier: Dossier) -> bool:
    """The specialist requests one document again, with the legal basis. The applicant brings it, or not yet."""
    case = player.case
    documents = player.procedure(dossier).documents
    codes = tuple(document.code for document in documents if document.required)[:1]
    request = RequestSupplement(documents=codes, legal_basis="Điều 17 Nghị định 61/2018/NĐ-CP")
    specialist = player.officer(Role.SPECIALIST, in_charge(dossier))
    await player.act(specialist, request, note="Bản chụp mờ, không đọc được số.")
    if case.story is Story.SUPPLEMENT_AWAITED:
        return False
    online = case.channel is Channel.ONLINE
    supplement = tuple(SubmittedDocument(code=code, digitised=online) for code in codes)
    await player.act(player.for_the_applicant(), ReceiveSupplement(documents=supplement))
    return True


async def _opinion(player: CasePlayer, dossier: Dossier) -> bool:
    """Asks another unit for its opinion. Nothing can be approved before it has answered."""
    handling = in_charge(dossier)
    asked = other_than(player, handling)
    await player.act(player.officer(Role.SPECIALIST, handling), AskOpinion(unit=asked))
    step = player.rules(dossier).step(dossier.processing.step)
    await player.refused(player.officer(step.role, handling), Approve(step=step.code), DossierRefusal.OPINION_AWAITED)
    if player.case.story is Story.OPINION_AWAITED:
        return False
    await player.act(player.officer(Role.SPECIALIST, asked), GiveOpinion(agrees=player.case.number % 4 != 0))
    return True


async def _suspend_or_stop(player: CasePlayer, head: Actor) -> bool:
    basis = "Quyết định tạm dừng để xác minh tranh chấp"
    if player.case.story is Story.STOPPED:
        await player.act(head, Stop(legal_basis="Người nộp không thực hiện nghĩa vụ theo quy định"))
        return False
    await player.act(head, Suspend(legal_basis=basis))
    if player.case.story is Story.SUSPENDED:
        return False
    await player.act(head, Resume())
    return True


async def _send_back(player: CasePlayer, dossier: Dossier) -> None:
    """Sends the dossier back to the last step that prepares the result."""
    steps = player.procedure(dossier).steps
    current = player.rules(dossier).step(dossier.processing.step)
    earlier = [step for step in steps[: steps.index(current)] if step.kind is StepKind.PROCESS]
    by = player.officer(current.role, in_charge(dossier))
    if player.case.story is Story.SENT_BACK:
        await player.act(by, SendBackStep(to_step=earlier[-1].code), note="Thiếu căn cứ, đề nghị rà soát lại.")
    else:
        await player.act(by, RejectResult(to_step=earlier[-1].code), note="Dự thảo sai thể thức.")


async def _extend(player: CasePlayer) -> None:
    """Extends the deadline once, in time and with an apology, by two working days."""
    dossier = await player.look()
    due = dossier.deadlines.statutory_due or dossier.deadlines.promised_due
    if due is None:
        raise player.wrong("there is no date to extend")
    until = player.rules(dossier).calendar.working_day_after(due.date(), 2)
    basis = "Phiếu xin lỗi và hẹn lại: chờ kết quả xác minh"
    await player.act(_head(player, dossier), Extend(until=until, legal_basis=basis))


def _head(player: CasePlayer, dossier: Dossier) -> Actor:
    return player.officer(Role.HEAD_OF_UNIT, in_charge(dossier))


def _signed_or_handed_over(dossier: Dossier) -> bool:
    return dossier.state is State.RESOLVED or dossier.signing.status is SigningStatus.HANDED_OVER


def _number(player: CasePlayer) -> str:
    return f"{player.case.number:04d}-KQ"
