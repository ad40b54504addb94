"""Sentences for intake, supplements, steps, and pauses."""

from __future__ import annotations

from typing import assert_never

from domain.dossier import events as happened
from domain.dossier.events import DossierSubmitted, Due, IntakeEvent, PauseEvent, StepEvent, SupplementEvent
from domain.messages.organisation import RoutingReason
from domain.text.sentences import dong, many
from domain.values import Bilingual
from gateway.i18n.wording import CHANNELS, at, pausing, say
from gateway.views.names import Names
from gateway.views.timeline.dates import dates

HANDOVER_LAPSED = say(
    " Lần chuyển chưa được xác nhận trước đó hết hiệu lực.", " The handover that was not acknowledged has lapsed."
)


def intake_sentence(event: DossierSubmitted | IntakeEvent, names: Names) -> Bilingual:
    """The sentence for submission, intake, routing, refusal or identity."""
    match event:
        case happened.DossierSubmitted():
            return _submitted(event, names)
        case happened.DossierAccepted(received_at=received, due=due):
            due_now, fee = dates(due), _fee_case(event)
            return say(
                f"Tiếp nhận hồ sơ, tính từ {at(received)}; {due_now.vi}.{fee.vi}",
                f"The dossier was accepted, counted from {at(received)}; {due_now.en}.{fee.en}",
            )
        case happened.DossierRouted():
            return _routed(event, names)
        case happened.DossierRefused(legal_basis=basis):
            return say(f"Không tiếp nhận hồ sơ. Căn cứ: {basis}.", f"Intake was refused. Legal basis: {basis}.")
        case happened.IdentityVerified(matches=True):
            return say("Danh tính khớp với dữ liệu dân cư.", "The identity matches the population database.")
        case happened.IdentityVerified():
            return say(
                "Danh tính không khớp với dữ liệu dân cư: cần cán bộ kiểm tra.",
                "The identity differs from the population database: an officer must look.",
            )
        case happened.IdentityConfirmed(legal_basis=basis):
            return say(
                f"Xác nhận cho tiếp tục dù danh tính không khớp dữ liệu dân cư. Căn cứ: {basis}.",
                f"Allowed to go on although the identity differs. Legal basis: {basis}.",
            )
        case _:
            assert_never(event)


def _fee_case(event: happened.DossierAccepted) -> Bilingual:
    if event.fee_basis is None:
        return say("", "")
    fee = dong(event.fee)
    return say(
        f" Phí {fee.vi} theo trường hợp đã công bố: {event.fee_basis}.",
        f" Fee {fee.en}, as published: {event.fee_basis}.",
    )


def _submitted(event: happened.DossierSubmitted, names: Names) -> Bilingual:
    channel, unit = CHANNELS[event.channel], names.unit(event.received_by)
    procedure, papers = names.procedure(event.procedure), len(event.documents)
    vi = f"Nộp hồ sơ {channel.vi}, nơi tiếp nhận {unit}: {procedure}; {papers} thành phần hồ sơ."
    en = f"The dossier was submitted {channel.en} to {unit}: {procedure}; {many(papers, 'document')}."
    if event.assisted_by is not None:
        helper = names.unit(event.assisted_by)
        vi, en = f"{vi} {helper} hỗ trợ nộp.", f"{en} {helper} assisted."
    if event.brought_over is not None:
        old, since = event.brought_over, at(event.brought_over.received_at)
        vi = f"{vi} Chuyển từ hệ thống {old.system} (mã cũ {old.code}), đã nhận lúc {since}."
        en = f"{en} Brought over from {old.system} (there {old.code}), received at {since}."
    return say(vi, en)


def _routed(event: happened.DossierRouted, names: Names) -> Bilingual:
    reasons = [
        reason for reason in event.reasons if reason.code != RoutingReason.TO_COORDINATION
    ]  # the sentence says it
    because_vi = "".join(f" {reason.text.vi}" for reason in reasons)
    because_en = "".join(f" {reason.text.en}" for reason in reasons)
    if event.competent is None:
        queue = names.unit(event.queue)
        return say(
            f"Chưa xác định được cơ quan có thẩm quyền: chuyển {queue} điều phối.{because_vi}",
            f"The competent authority is not clear: {queue} coordinates.{because_en}",
        )
    unit, lapsed = names.unit(event.competent), HANDOVER_LAPSED if event.handover_lapsed else say("", "")
    return say(
        f"Cơ quan có thẩm quyền: {unit}.{because_vi}{lapsed.vi}",
        f"The competent authority is {unit}.{because_en}{lapsed.en}",
    )


def supplement_sentence(event: SupplementEvent, names: Names) -> Bilingual:
    """The sentence for a supplement that was asked for or received."""
    match event:
        case happened.SupplementRequested(documents=documents, legal_basis=basis, pauses=pauses):
            papers = names.papers(documents)
            paused = pausing(pauses)
            return say(
                f"Yêu cầu bổ sung: {papers}. Căn cứ: {basis}.{paused.vi}",
                f"A supplement was asked for: {papers}. Legal basis: {basis}.{paused.en}",
            )
        case happened.SupplementReceived(documents=documents, restarts_clock=restarts, due=due):
            papers, due_now = names.papers(tuple(document.code for document in documents)), dates(due)
            if due == Due(statutory=None, promised=None):  # no clock runs, as before intake
                return say(f"Đã nhận bổ sung: {papers}.", f"The supplement was received: {papers}.")
            goes_vi, goes_en = ("tính lại từ đầu", "begin anew") if restarts else ("tính tiếp", "go on")
            return say(
                f"Đã nhận bổ sung: {papers}. Thời hạn {goes_vi}: {due_now.vi}.",
                f"The supplement was received: {papers}. The clocks {goes_en}: {due_now.en}.",
            )
        case _:
            assert_never(event)


def step_sentence(event: StepEvent, names: Names) -> Bilingual:
    """The sentence for an event of the internal process."""
    match event:
        case happened.DossierAssigned(person=person, step=step):
            where = names.step(step)
            vi, en = person or "một cán bộ", person or "an officer"
            return say(f"Giao bước “{where}” cho {vi}.", f"Step “{where}” was assigned to {en}.")
        case happened.AssignmentReleased(person=person, step=step, reason=reason):
            where = names.step(step)
            vi, en = person or "một cán bộ", person or "an officer"
            return say(
                f"Trả bước “{where}” từ {vi} về đơn vị: {reason}.",
                f"Step “{where}” went from {en} back to the unit: {reason}.",
            )
        case happened.ProcessingStarted():
            return say("Bắt đầu xử lý.", "Processing began.")
        case happened.StepCompleted():
            return _step_completed(event, names)
        case happened.StepSentBack(from_step=left, to_step=to):
            return say(
                f"Trả lại từ bước “{names.step(left)}” về bước “{names.step(to)}”.",
                f"Sent back from step “{names.step(left)}” to step “{names.step(to)}”.",
            )
        case happened.OpinionAsked(unit=unit, legal_basis=basis):
            ground_vi, ground_en = (f", căn cứ {basis}", f", on the ground of {basis}") if basis else ("", "")
            return say(
                f"Hỏi ý kiến {names.unit(unit)}{ground_vi}.", f"The opinion of {names.unit(unit)} was asked{ground_en}."
            )
        case happened.OpinionGiven(unit=unit, agrees=agrees):
            view_vi, view_en = ("đồng ý", "agreed") if agrees else ("không đồng ý", "not agreed")
            return say(f"Trả lời ý kiến: {view_vi}.", f"The opinion asked for: {view_en}.")
        case happened.ResultRejected(to_step=to):
            return say(
                f"Không ký, yêu cầu làm lại từ bước “{names.step(to)}”.",
                f"The result was rejected; back to step “{names.step(to)}”.",
            )
        case _:
            assert_never(event)


def _step_completed(event: happened.StepCompleted, names: Names) -> Bilingual:
    done, following = names.step(event.step), names.step(event.next_step)
    if event.next_step is None:
        return say(f"Xong bước “{done}”, bước cuối.", f"Step “{done}”, the last, was completed.")
    return say(f"Xong bước “{done}”, chuyển bước “{following}”.", f"Step “{done}” was completed; next: “{following}”.")


def pause_sentence(event: PauseEvent) -> Bilingual:
    """The sentence for a suspension, or for an end without a result."""
    match event:
        case happened.DossierSuspended(legal_basis=basis):
            return say(f"Tạm dừng xử lý. Căn cứ: {basis}.", f"Suspended. Legal basis: {basis}.")
        case happened.DossierResumed(due=due):
            return say(f"Xử lý tiếp; {dates(due).vi}.", f"Resumed; {dates(due).en}.")
        case happened.DossierStopped(legal_basis=reason, administrative=True):
            return say(f"Người vận hành chấm dứt hồ sơ. Lý do: {reason}.", f"Ended by an operator. Reason: {reason}.")
        case happened.DossierStopped(legal_basis=basis):
            return say(f"Dừng xử lý. Căn cứ: {basis}.", f"Stopped. Legal basis: {basis}.")
        case happened.DossierWithdrawn():
            return say("Rút hồ sơ.", "The dossier was withdrawn.")
        case _:
            assert_never(event)
