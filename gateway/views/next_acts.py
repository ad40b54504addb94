"""What happens next in a dossier, in a sentence: beside each act that somebody must do, or when nobody has to act."""

from __future__ import annotations

from domain.deadlines.clock import has
from domain.deadlines.limits import WhichClock
from domain.dossier.context import Rules
from domain.dossier.deciding.guards import identity_stops
from domain.dossier.state import Dossier, Handover, PaymentStatus, SigningStatus, State
from domain.dossier.view import WorkAct, WorkItem
from domain.roles import Role
from domain.text.sentences import dong
from domain.values import Bilingual
from gateway.i18n.wording import at, say
from gateway.views.names import Names

SENTENCES = {
    WorkAct.ACCEPT: say(
        "Chưa tính thời hạn: đồng hồ chạy từ khi bộ phận một cửa tiếp nhận.",
        "No clock runs yet: it starts when the desk accepts the dossier.",
    ),
    WorkAct.RESUME: say(
        "Hai đồng hồ đang dừng; lãnh đạo bộ phận cho xử lý tiếp, hoặc dừng hẳn có căn cứ.",
        "Both clocks stand still; the head of unit resumes the work, or stops it for good on a legal basis.",
    ),
    WorkAct.RETURN_RESULT: say(
        "Đã có kết quả, hai đồng hồ đã dừng; người nộp chưa nhận.",
        "The result is there and both clocks have ended; the applicant has not received it.",
    ),
    WorkAct.REQUEST_POST: say(
        "Bưu gửi bị chuyển hoàn, mất, hỏng, bị từ chối hoặc lâu không có tin. Hỏi lại địa chỉ và gửi lại, hoặc hủy rồi "
        "trả tại quầy; số bưu gửi ở phần diễn biến.",
        "A postal item came back, was lost, damaged or refused, or nobody hears of it. Find out the address and send "
        "it again, or cancel it and return the result at the counter; the number of the item is in the history.",
    ),
    WorkAct.APPROVE_FEE: say(
        "Mức phí đề nghị chỉ được yêu cầu nộp sau khi người thứ hai duyệt.",
        "The proposed amount is asked for only when a second person has approved it.",
    ),
    WorkAct.PROPOSE_FEE: say(
        "Danh mục không công bố mức phí: phải đề nghị mức phí trước.",
        "The catalogue publishes no fee: an amount must be proposed first.",
    ),
    WorkAct.GIVE_OPINION: say("Việc duyệt và ký chờ ý kiến này.", "Approval and signature wait for it."),
    WorkAct.HAND_OVER: say(
        "Chưa có cơ quan có thẩm quyền, nên chưa ai xử lý được.",
        "No authority is competent yet, so nobody can work on it.",
    ),
    WorkAct.ACKNOWLEDGE_ESCALATION: say(
        "Xác nhận đã biết và đang xử lý; quá hạn thì báo lên cấp trên nữa.",
        "Say that you know and act; after its time the next level is told.",
    ),
    WorkAct.EXPLAIN_ESCALATION: say(
        "Giải trình vì sao hồ sơ chậm; quá hạn thì báo cấp trên, và vẫn phải giải trình.",
        "Explain why the dossier is late; after its time the level above is told, and it is still to be explained.",
    ),
    WorkAct.REPAIR: say(
        "Một lời gọi hệ thống ngoài bị từ chối hẳn và không tự gọi lại.",
        "A call to an outside system was refused for good and is not tried again by itself.",
    ),
}
"""What is the same in every dossier that waits for this."""
NOTHING = {
    State.REFUSED: say("Không còn việc gì: hồ sơ không được tiếp nhận.", "Nothing: the dossier was refused at intake."),
    State.WITHDRAWN: say("Không còn việc gì: người nộp đã rút hồ sơ.", "Nothing: the applicant withdrew the dossier."),
    State.STOPPED: say("Không còn việc gì: hồ sơ đã dừng xử lý.", "Nothing: the dossier was stopped."),
    State.RETURNED: say("Không còn việc gì: đã trả kết quả.", "Nothing: the result was returned."),
}
STILL_CALLED = say(
    "Hệ thống còn tự gọi hệ thống ngoài cho đến khi xong.", "The system still calls an outside system until it answers."
)
BEING_SIGNED = say(
    "Kết quả đang được ký số, đóng dấu. Nếu ký lỗi, hồ sơ chuyển ngay lên cấp trên để ký.",
    "The result is being signed and sealed. If that fails, the level above signs at once.",
)
ON_BY_ITSELF = say("Chưa ai phải làm gì: hệ thống tự làm tiếp.", "Nobody has to act now; the system goes on by itself.")

IN_THE_PARTS = say(
    "Việc đang làm ở hồ sơ của từng phần; xong các phần thì hồ sơ này có kết quả.",
    "The work is done in the dossiers of the parts; when they have ended, this one has its result.",
)


IDENTITY_STOPS = say(
    "Dữ liệu dân cư khác với hồ sơ: chưa ban hành được kết quả.",
    "The population database differs from the dossier: no result is issued before that is settled.",
)
IDENTITY_DIFFERS = say(
    "Dữ liệu dân cư khác với hồ sơ; thủ tục không bắt buộc khớp, nên việc giải quyết không phải chờ.",
    "The population database differs from the dossier; the procedure does not demand a match, so nothing waits for it.",
)


def sentence_of(item: WorkItem, dossier: Dossier, rules: Rules, names: Names) -> Bilingual | None:
    """What a person should know beside an act of the work-list; None when its name says all."""
    match item.act:
        case WorkAct.COMPLETE_STEP | WorkAct.APPROVE if dossier.processing.step is not None:
            step = names.step(dossier.processing.step)
            return say(f"Bước “{step}”.", f"Step “{step}”.")
        case WorkAct.SIGN if dossier.signing.status is SigningStatus.HANDED_OVER:
            return say("Ký số lỗi ở đơn vị xử lý; cấp trên ký thay.", "Signing failed; the level above signs instead.")
        case WorkAct.RECEIVE_SUPPLEMENT:
            return _supplement(item, dossier, names)
        case WorkAct.PAY:
            return _payment(dossier)
        case WorkAct.REQUEST_PAYMENT:
            return _asked_again(dossier)
        case WorkAct.CONFIRM_IDENTITY:
            return IDENTITY_STOPS if identity_stops(dossier, rules) else IDENTITY_DIFFERS
        case WorkAct.ACKNOWLEDGE_HANDOVER if dossier.handovers.open is not None:
            return _while_clocks_run(_unanswered(dossier.handovers.open, dossier, names), dossier)
        case WorkAct.GIVE_OPINION | WorkAct.HAND_OVER:
            return _while_clocks_run(SENTENCES[WorkAct(item.act)], dossier)
        case _:
            return SENTENCES.get(WorkAct(item.act)) if item.act in tuple(WorkAct) else None


def _unanswered(handover: Handover, dossier: Dossier, names: Names) -> Bilingual:
    """Who is responsible before the receiver answers. What routing sent to the competent unit is that unit's at once;
    what a unit sends stays with the competent one, or with the level that took the dossier over."""
    code = dossier.routing.responsible or handover.from_unit
    unit = names.unit(code)
    if code == handover.to_unit:
        return say(f"{unit} đã chịu trách nhiệm, kể cả khi chưa xác nhận.", f"{unit} is responsible already.")
    return say(f"Đến khi xác nhận, {unit} vẫn chịu trách nhiệm.", f"Until then {unit} stays responsible.")


def _while_clocks_run(told: Bilingual, dossier: Dossier) -> Bilingual:
    """With the addition that the clocks run on, if one does."""
    timing = dossier.deadlines.timing
    if (
        timing is None
        or timing.paused
        or timing.ended_at is not None
        or not any(has(timing, one) for one in WhichClock)
    ):
        return told
    return say(f"{told.vi} Thời hạn vẫn tính.", f"{told.en} The clocks run on.")


def nothing_to_do(dossier: Dossier) -> Bilingual:
    """Why nobody has to act in a dossier without work items."""
    if dossier.state in NOTHING:
        ended = NOTHING[dossier.state]
        if any(not incident.final for incident in dossier.incidents):
            return say(f"{ended.vi} {STILL_CALLED.vi}", f"{ended.en} {STILL_CALLED.en}")
        return ended
    if dossier.children:
        return IN_THE_PARTS
    return BEING_SIGNED if dossier.signing.under_way else ON_BY_ITSELF


def _supplement(item: WorkItem, dossier: Dossier, names: Names) -> Bilingual:
    asked = dossier.processing.open_supplement
    papers = names.papers(asked.documents if asked else ())
    if item.role is Role.APPLICANT:
        return say(
            f"Người nộp phải bổ sung: {papers}; trực tuyến, hoặc tại {names.unit(item.unit)}.",
            f"The applicant must bring: {papers}; online, or at {names.unit(item.unit)}.",
        )
    return say(
        f"Chờ người nộp bổ sung: {papers}; bộ phận một cửa ghi nhận khi nhận được.",
        f"The applicant must bring: {papers}; the desk records it when it comes.",
    )


def _payment(dossier: Dossier) -> Bilingual:
    owed, until = dossier.unpaid, dossier.payment.expires_at
    if until is None:
        return say(f"Người nộp phải nộp {dong(owed).vi}.", f"The applicant must pay {dong(owed).en}.")
    return say(
        f"Người nộp phải nộp {dong(owed).vi}; đơn thanh toán có hiệu lực đến {at(until)}.",
        f"The applicant must pay {dong(owed).en}; the order is valid until {at(until)}.",
    )


def _asked_again(dossier: Dossier) -> Bilingual | None:
    match dossier.payment.status:
        case PaymentStatus.EXPIRED:
            return say(
                "Đơn thanh toán đã hết hạn: phải yêu cầu nộp lại.", "The order has expired: it must be asked for again."
            )
        case PaymentStatus.MISMATCHED:
            return say(
                "Số tiền đã nộp chưa đủ: phải yêu cầu nộp phần còn lại.",
                "Too little was paid: the rest must be asked for.",
            )
        case _:
            return None
