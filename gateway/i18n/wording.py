"""The words for the values of the domain, in Vietnamese and English, and the forms of instants and durations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from activities.adapters.known_replies import KNOWN_REPLIES
from activities.adapters.messages import OutsideCode
from activities.webhooks.failures import DeliveryFailure
from domain.deadlines.counting import WORKING_MINUTES_A_DAY
from domain.deadlines.limits import WhichClock
from domain.dossier.commands import ApplicantField, Charge, Handback, PostPurpose
from domain.dossier.state import Identity, PaymentStatus, SigningStatus, State
from domain.messages.documents import DocumentFault, DocumentMatter
from domain.messages.record import RecordRefusal
from domain.messages.rollouts import RolloutRefusal
from domain.outside_systems import SYSTEM_NAMES, System
from domain.procedures.procedure import Channel
from domain.repairs.call_codes import bare, cause_of_call
from domain.roles import Role
from domain.rules.escalation import AtShare, BeforeDue, ClockTrigger, OnStep, PastDue, Rung, Whom
from domain.text.sentences import many
from domain.values import VIETNAM, Bilingual


def say(vi: str, en: str) -> Bilingual:
    """A text in both languages."""
    return Bilingual(vi=vi, en=en)


def pausing(pauses: bool) -> Bilingual:
    """The sentence about the clocks that follows the sentence of a request to the applicant."""
    return say(" Tạm dừng tính thời hạn.", " The clocks pause.") if pauses else say("", "")


ROLES = {role: role.words for role in Role}
CHANNELS = {channel: channel.words for channel in Channel}

ACTS = {
    "submit": say("nộp hồ sơ", "submit the dossier"),
    "accept": say("tiếp nhận hồ sơ", "accept the dossier"),
    "refuse": say("không tiếp nhận hồ sơ", "refuse the dossier at intake"),
    "request_supplement": say("yêu cầu bổ sung hồ sơ", "ask for a supplement"),
    "claim": say("nhận việc", "take the work"),
    "release": say("trả việc về đơn vị", "give the work back to the unit"),
    "send_back_step": say("trả lại bước trước", "send back to an earlier step"),
    "ask_opinion": say("xin ý kiến đơn vị khác", "ask another unit for its opinion"),
    "reject_fee": say("không duyệt mức phí đề nghị", "reject the proposed fee"),
    "cancel_payment_request": say("hủy yêu cầu nộp phí", "take back the request for the fee"),
    "confirm_payment": say("xác nhận đã thu tiền tại quầy", "confirm a payment at the counter"),
    "check_payment": say("kiểm tra đơn thanh toán", "look at the payment order"),
    "reject_result": say("không ký, trả lại bước trước", "do not sign, send back to an earlier step"),
    "request_post": say("nhờ bưu chính đến tận nơi", "have the post come"),
    "cancel_post": say("không nhờ bưu chính nữa", "cancel the order at the post"),
    "check_post": say("tra cứu bưu gửi", "look up the postal item"),
    "rate": say("đánh giá việc phục vụ", "rate the service"),
    "suspend": say("tạm dừng xử lý", "suspend"),
    "stop": say("dừng xử lý", "stop"),
    "withdraw": say("rút hồ sơ", "withdraw the dossier"),
    "extend": say("gia hạn, xin lỗi và hẹn lại", "extend, with an apology and a new date"),
    "correct_entry": say("đính chính nội dung đã ghi", "correct an entry"),
    "refuse_handover": say("từ chối hồ sơ chuyển đến", "refuse the handover"),
    "move_to_successor": say("chuyển sang đơn vị kế thừa", "move to the successor of a unit"),
    "change_calendar": say("đổi lịch làm việc của hồ sơ", "change the calendar of the dossier"),
    "note_repair": say("ghi việc sửa hồ sơ vào sổ cái", "note a repair in the ledger"),
    "change_rules": say("chuyển hồ sơ sang bản quy định khác", "move the dossier to another version of its rules"),
    "terminate": say("chấm dứt hồ sơ", "end the dossier"),
    "complete_step": say("hoàn thành bước", "complete the step"),
    "assign": say("giao lại cho người khác", "assign anew"),
    "approve": say("duyệt", "approve"),
    "sign": say("ký kết quả", "sign the result"),
    "resolve": say("ghi số và hoàn tất kết quả", "number and complete the result"),
    "receive_supplement": say("bổ sung hồ sơ", "bring the supplement"),
    "resume": say("cho xử lý tiếp", "resume"),
    "return_result": say("trả kết quả", "return the result"),
    "request_payment": say("yêu cầu nộp phí", "ask for the fee"),
    "propose_fee": say("đề nghị mức phí", "propose the fee"),
    "approve_fee": say("duyệt mức phí đề nghị", "approve the proposed fee"),
    "pay": say("nộp phí, lệ phí", "pay the fee"),
    "give_opinion": say("trả lời ý kiến", "give the opinion asked for"),
    "hand_over": say("xác định và chuyển cơ quan có thẩm quyền", "find the competent authority, hand over"),
    "confirm_identity": say("xác nhận danh tính dù không khớp", "confirm the identity although it differs"),
    "retry_refused_call": say("gọi lại việc bị từ chối hẳn", "ask again for what was refused for good"),
    "acknowledge_handover": say("xác nhận hồ sơ chuyển đến", "acknowledge the handover"),
    "acknowledge_escalation": say("xác nhận đã biết việc leo thang", "acknowledge the escalation"),
    "explain_escalation": say("giải trình vì sao chậm", "explain why it is late"),
    "hand_back": say("giao trả hồ sơ cho cơ quan có thẩm quyền", "hand the dossier back"),
    "repair": say("xử lý sự cố kết nối", "repair the outside call"),
}
"""What a command does, by its kind."""
WORK = {
    "request_post": say(
        "xử lý bưu gửi không đến nơi (gửi lại, đổi địa chỉ, hoặc hủy để trả tại quầy)",
        "settle a postal item that did not arrive (send again, change the address, or cancel it)",
    ),
    "confirm_identity": say(
        "xử lý danh tính không khớp (đính chính, hoặc xác nhận)", "settle the identity (correct it, or confirm)"
    ),
}
"""What a work-list asks for, where it is more than one command."""

WHOM = {
    Whom.OFFICER: say("người đang xử lý", "the officer"),
    Whom.HEAD_OF_UNIT: say("lãnh đạo bộ phận", "the head of unit"),
    Whom.LEVEL_ABOVE: say("cấp trên", "the level above"),
    Whom.TWO_LEVELS_ABOVE: say("cấp trên nữa", "two levels above"),
    Whom.COORDINATOR: say("điều phối viên Trung tâm tỉnh", "the coordinators of the provincial centre"),
    Whom.SUPERVISOR: say("giám sát của UBND tỉnh", "the supervisors of the provincial committee"),
}

CHARGES = {
    Charge.FEE: say("phí, lệ phí", "the fee"),
    Charge.TAX: say("nghĩa vụ tài chính khác", "a further obligation"),
}

PARTICULARS = {
    ApplicantField.NAME: say("họ tên", "name"),
    ApplicantField.IDENTITY_NUMBER: say("số định danh", "identity number"),
    ApplicantField.BIRTH_DATE: say("ngày sinh", "birth date"),
    ApplicantField.PHONE: say("điện thoại", "phone"),
    ApplicantField.EMAIL: say("thư điện tử", "e-mail"),
    ApplicantField.ADDRESS: say("địa chỉ", "address"),
}

CLOCKS = {clock: clock.words for clock in WhichClock}

POST_PURPOSES = {purpose: purpose.words for purpose in PostPurpose}
HANDBACK = {
    Handback.COUNTER: say("tại quầy", "at the counter"),
    Handback.ONLINE: say("trực tuyến", "online"),
    Handback.POST: say("qua bưu chính", "by post"),
}

PAYMENTS = {
    PaymentStatus.NONE: say("không phải nộp", "nothing to pay"),
    PaymentStatus.REQUESTED: say("đang tạo đơn thanh toán", "the order is being made"),
    PaymentStatus.ORDERED: say("chờ nộp", "to be paid"),
    PaymentStatus.PAID: say("đã nộp", "paid"),
    PaymentStatus.MISMATCHED: say("số tiền nộp chưa đủ", "too little was paid"),
    PaymentStatus.EXPIRED: say("đơn thanh toán đã hết hạn", "the order has expired"),
    PaymentStatus.CANCELLED: say("yêu cầu nộp đã hủy", "the request was taken back"),
}

SIGNING = {
    SigningStatus.NONE: say("chưa trình ký", "not yet sent for signature"),
    SigningStatus.REQUESTED: say("đang ký số", "being signed"),
    SigningStatus.SIGNED: say("đã ký, chờ đóng dấu", "signed, to be sealed"),
    SigningStatus.SEALED: say("đã ký và đóng dấu", "signed and sealed"),
    SigningStatus.HANDED_OVER: say("ký số lỗi, đã chuyển cấp trên ký", "signing failed: the level above signs"),
}

IDENTITIES = {
    Identity.NOT_NEEDED: say("không phải xác thực", "no check needed"),
    Identity.WANTED: say("đang xác thực", "being checked"),
    Identity.MATCHES: say("đã xác thực, khớp", "checked, matches"),
    Identity.DIFFERS: say("không khớp dữ liệu dân cư", "differs from the population database"),
    Identity.CONFIRMED: say(
        "không khớp dữ liệu dân cư, lãnh đạo đã xác nhận cho tiếp tục",
        "differs from the population database; confirmed by a head of unit",
    ),
}


FAILURES: dict[str, Bilingual] = {
    OutsideCode.TIMEOUT: say("quá thời gian chờ", "no answer in time"),
    OutsideCode.UNAVAILABLE: say("không kết nối được", "not reached"),
    OutsideCode.REFUSED: say("bị từ chối", "refused"),
    OutsideCode.BAD_REPLY: say("trả lời sai mẫu", "an answer out of form"),
    RecordRefusal.DATABASE_REFUSED: say("cơ sở dữ liệu từ chối", "refused by the database"),
    "post_not_connected": say("tỉnh chưa kết nối với bưu chính", "the province has no connection to the post"),
    "item_of_another": say("bưu chính trả về mã của một bưu gửi khác", "the post gave the number of another item"),
    "order_of_another": say("nền tảng trả về đơn của hồ sơ khác", "the platform gave another dossier's order"),
    "particulars_unreadable": say("thông tin người nộp không đọc được", "the particulars cannot be read"),
    "unknown_registry": say("không có cơ sở dữ liệu nào mang mã này", "no registry has this name"),
    OutsideCode.SYSTEM_HELD: say("người vận hành cho ngừng gọi", "held by an operator"),
    OutsideCode.ASKED_TO_WAIT: say("hệ thống yêu cầu gọi lại sau", "the system asked to be called later"),
    OutsideCode.BREAKER_OPEN: say("tạm ngừng gọi vì lỗi liên tiếp", "calls paused after repeated failures"),
    **{failure.value: failure.words for failure in DeliveryFailure},
}
"""Why a call to an outside system failed, or a webhook was not sent, by its code."""


SECOND_SUPPLEMENT = say(
    "từ lần thứ hai, Bộ chỉ số phục vụ người dân, doanh nghiệp (Quyết định 766/QĐ-TTg) tính hồ sơ là quá hạn",
    "from the second request on the national service index (Decision 766/QĐ-TTg) counts the dossier as overdue",
)
"""The consequence of a second supplement request, which does not depend on the clocks."""


WEEKDAYS = (
    say("Thứ Hai", "Monday"), say("Thứ Ba", "Tuesday"), say("Thứ Tư", "Wednesday"), say("Thứ Năm", "Thursday"),
    say("Thứ Sáu", "Friday"), say("Thứ Bảy", "Saturday"), say("Chủ nhật", "Sunday"),
)  # fmt: skip
"""The days of the week, Monday first."""


def rung_name(rung: Rung) -> Bilingual:
    """When a rung of the escalation ladder applies: `quá hạn hẹn trả 4 giờ làm việc`."""
    match rung.trigger:
        case AtShare() | BeforeDue() | PastDue() if rung.clock is not None:
            return _clock_rung(rung.trigger, CLOCKS[rung.clock])
        case OnStep(step=step) if step is not None:
            return _waited(f"ở bước {step}", f"on the step {step}", rung.trigger.working_hours)
        case AtShare() | BeforeDue() | PastDue():
            return say(rung.code, rung.code)
        case _:
            vi, en = WAITS[rung.trigger.kind].vi, WAITS[rung.trigger.kind].en
            return _waited(vi, en, rung.trigger.working_hours)


WAITS = {
    "on_step": say("ở một bước", "on one step"),
    "handover": say("chuyển đến chưa được xác nhận", "a handover not acknowledged"),
    "coordination": say("chưa rõ cơ quan có thẩm quyền", "no competent authority found"),
    "opinion": say("chưa có ý kiến của đơn vị được hỏi", "an opinion not given"),
    "signing": say("ký số chưa xong", "a signature not made"),
    "payment": say("phí chưa nộp", "a payment not made"),
    "unassigned": say("chưa có người thụ lý", "nobody assigned"),
}
"""The waits for which a rung fires, by the kind of its trigger."""


def _waited(vi: str, en: str, hours: int) -> Bilingual:
    return say(f"{vi} quá {hours} giờ làm việc", f"{en} for {many(hours, 'working hour')}")


def _clock_rung(trigger: ClockTrigger, clock: Bilingual) -> Bilingual:
    match trigger:
        case AtShare(percent=percent):
            return say(f"đã dùng {percent} % {clock.vi}", f"{percent} % of {clock.en} used")
        case BeforeDue(working_hours=hours):
            return say(f"còn {hours} giờ làm việc đến {clock.vi}", f"{many(hours, 'working hour')} before {clock.en}")
        case PastDue(working_hours=0):
            return say(f"đã đến {clock.vi}", f"{clock.en} reached")
        case PastDue(working_hours=hours):
            return say(f"quá {clock.vi} {hours} giờ làm việc", f"{many(hours, 'working hour')} past {clock.en}")
        case _:
            assert_never(trigger)


DOCUMENT_FAULTS: dict[str, Bilingual] = {
    fault.value: words
    for fault, words in {
        DocumentFault.TOO_LARGE: say("văn bản quá lớn", "the document is too large"),
        DocumentFault.NOT_XML: say("không phải XML đọc được", "no readable XML"),
        DocumentFault.XML_FORBIDDEN: say("văn bản khai báo DTD hoặc thực thể", "it declares a DTD or an entity"),
        DocumentFault.XML_TOO_DEEP: say("quá nhiều phần tử hoặc lồng quá sâu", "too many elements, or too deep"),
        DocumentFault.NOT_EDXML: say("không đúng khung của QCVN 102:2016", "no envelope of QCVN 102:2016"),
        DocumentFault.UNSIGNED: say("văn bản không có chữ ký số", "the document has no signature"),
        DocumentFault.SIGNATURE_WRONG: say(
            "chữ ký số không đúng hoặc không được tin cậy", "the signature is wrong or not trusted"
        ),
        DocumentFault.SIGNER_IS_ANOTHER: say("chứng thư số là của cơ quan khác", "the certificate is another's"),
        DocumentFault.SENDER_IS_ANOTHER: say(
            "trục và văn bản ghi hai nơi gửi khác nhau", "the axis and the document name different senders"
        ),
        DocumentFault.ATTACHMENT_NOT_ZIP: say("tệp đính kèm không mở được", "an attachment cannot be opened"),
        DocumentFault.ATTACHMENT_NAME_FORBIDDEN: say(
            "tệp nén có tên tệp không được phép", "a zip has a forbidden file name"
        ),
        DocumentFault.ATTACHMENT_TOO_LARGE: say(
            "tệp đính kèm giải nén ra quá lớn", "an attachment unpacks to too much"
        ),
        DocumentFault.ATTACHMENT_ENCRYPTED: say("tệp đính kèm bị mã hóa", "an attachment is encrypted"),
        DocumentFault.ATTACHMENT_NESTED: say("có tệp nén trong tệp nén", "an archive inside an archive"),
        DocumentFault.ATTACHMENT_TWICE: say("hai tệp cùng tên hoặc cùng mã", "two files of one name or identifier"),
        DocumentFault.ATTACHMENT_TYPE_DIFFERS: say(
            "tệp đính kèm không phải loại đã ghi", "an attachment is not what it says"
        ),
        DocumentFault.MANIFEST_DIFFERS: say(
            "danh mục đính kèm không khớp các tệp", "the manifest and the attachments differ"
        ),
    }.items()
}
"""Why a document was refused. The register keeps the code alone, so these are the sentences without their facts."""

REASONS = {
    **{matter.value: matter.sentence for matter in DocumentMatter},
    **DOCUMENT_FAULTS,
    "token_failed": say("khóa ký số (token) không hoạt động", "the signing token failed"),
    "no_effect": say("báo xong nhưng không có kết quả", "reported as done, without effect"),
    "in_doubt": say("không rõ kênh gửi tin đã nhận hay chưa", "not known whether it was taken"),
    "unreachable": say("không có số hay thư nào dùng được", "no contact that can be reached"),
    "no_mailbox": say("chưa khai địa chỉ thư của người nhận", "no mailbox of the recipient is configured"),
    "no_address": say("tỉnh không có kênh này", "the province has no such channel"),
    "clock_off": say("đồng hồ nơi nhận sai giờ", "the clock of the other side is wrong"),
    "certificate": say(
        "chứng thư kết nối không đúng hoặc đã hết hạn", "its connection certificate is wrong or expired"
    ),
    "certificate_not_valid": say("chứng thư ký không còn hiệu lực", "the signing certificate is not valid"),
    "certificate_revoked": say("chứng thư ký đã bị thu hồi", "the signing certificate is revoked"),
    "another_holder": say("chữ ký của người hoặc cơ quan khác", "the signature of somebody else"),
    "no_free_place": say("quá nhiều lượt gọi cùng lúc", "too many calls at once"),
    "signature_does_not_verify": say("chữ ký không kiểm tra được", "the signature does not verify"),
    "unknown_certificate": say("không biết chứng thư ký", "the certificate is not known"),
    "not_trusted": say("chứng thư ký không được tin cậy", "the certificate is not trusted"),
    "logic_invalid": say("nơi nhận báo logic xử lý không hợp lệ", "the receiver calls the step invalid"),
    "not_updated": say("nơi nhận chưa cập nhật trạng thái", "the receiver has not updated the status"),
    "soap_fault": say("nơi nhận trả về lỗi SOAP", "the receiver answered with a SOAP fault"),
    "server_error": say("nơi nhận báo lỗi máy chủ", "the receiver reports an error of its server"),
    "no_success": say("nơi nhận báo không thành công", "the receiver reports no success"),
    "another_page": say("có nơi khác trả lời thay", "something else answered in its place"),
    "another_document": say("trả lời về văn bản khác", "an answer about another document"),
    "another_stage": say("trả lời về trạng thái trước của văn bản", "an answer about an earlier stage"),
    "another_entry": say("trả lời về mục đăng ký khác", "an answer about another entry"),
    "unknown_reply": say("nơi nhận trả lời câu chưa biết", "the receiver answered with unknown words"),
    "token_expired": say("mã truy cập hết hạn", "the access token has expired"),
    "behind_set_aside": say(
        "chờ trạng thái trước của hồ sơ liên thông này", "it waits behind an earlier status of the same application"
    ),
}
"""Why a call failed, by the system's own codes that have words here."""


def reply_name(system: str | None, code: str) -> Bilingual | None:
    """What a system means by a code of its own: `02` or `error_02` of the portal. None where nobody knows it."""
    if system not in tuple(System):
        return None
    own = code.removeprefix(ITS_OWN)
    return next((one.says for one in KNOWN_REPLIES.get(System(system), ()) if one.code == own), None)


def failure_name(code: str, system: str | None = None) -> Bilingual:
    """Why a call failed, by the words of `system` where only it knows them. A code without words is shown as a code,
    after what its beginning says."""
    own = bare(code)
    words = FAILURES.get(own) or REASONS.get(own) or _http_error(own) or reply_name(system, own)
    words = words or say(f"mã lỗi {own}", f"error {own}")
    if own == code:
        return words
    cause = cause_of_call(code, final=False).words
    return say(f"{cause.vi}: {words.vi}", f"{cause.en}: {words.en}")


ITS_OWN = "error_"
"""Begins the code that a system of sessions gave, such as `error_02` of the portal."""


def _http_error(code: str) -> Bilingual | None:
    """The words of `http_503`."""
    status = code.removeprefix("http_")
    if status == code or not status.isdecimal():
        return None
    return say(f"hệ thống trả lời lỗi HTTP {status}", f"it answered with HTTP {status}")


CAUSES: dict[str, Bilingual] = {
    "registered_elsewhere": say(
        "hệ thống nhận đã có kết quả dưới số khác", "the registry has the result under another number"
    ),
    "missing_there": say("Cổng không có hồ sơ, đã lệnh gửi lại", "not at the portal, ordered to be sent again"),
    "older_there": say("Cổng ghi tình trạng cũ, đã lệnh gửi lại", "old at the portal, ordered to be sent again"),
    "ahead_there": say("đã lệnh gửi đè lên Cổng", "ordered to be sent over what the portal shows"),
    "changed_there": say("đã lệnh gửi đè lên Cổng", "ordered to be sent over what the portal shows"),
    "task_fails": say("bước chạy lỗi lặp đi lặp lại", "its task fails again and again"),
    "NonDeterministicError": say(
        "lịch sử không chạy lại được với phiên bản này", "its history does not replay under this release"
    ),
    "WorkflowWorkerUnhandledFailure": say("lỗi của chương trình", "a mistake of the program"),
    "WorkflowTaskTimedOutCauseStartToClose": say("bước chạy quá thời gian cho phép", "its task does not end in time"),
    "WorkflowTaskTimedOutCauseScheduleToStart": say("không tiến trình nào nhận bước chạy", "no worker takes its task"),
    "unknown_to_temporal": say("Temporal không còn biết quy trình này", "Temporal no longer knows it"),
    "ended_completed": say("quy trình đã kết thúc sớm", "ended too early"),
    "ended_failed": say("quy trình đã dừng vì lỗi", "ended by an error"),
    "ended_canceled": say("quy trình đã bị hủy", "cancelled"),
    "ended_terminated": say("quy trình đã bị buộc dừng", "terminated"),
    "ended_timed_out": say("quy trình đã dừng vì quá thời gian", "ended by a time limit"),
    RecordRefusal.LEDGER_REFUSED: say("sổ cái từ chối", "refused by the ledger"),
    RolloutRefusal.ROLLOUT_UNREADABLE: say(
        "nội dung đợt triển khai không đọc được", "what the rollout is to do cannot be read"
    ),
    RecordRefusal.EVENT_UNREADABLE: say("sự kiện không đọc được", "the event cannot be read"),
}
"""Why a dossier, a rollout or an event of a relay does not go on, by the first word of the recorded code."""

STANDINGS = {
    "sound": say("đang chạy tốt", "it goes on by itself"),
    "task_fails": CAUSES["task_fails"],
    "ended": say("quy trình đã dừng khi hồ sơ chưa kết thúc", "it ended before the dossier did"),
}
"""The state of a dossier's workflow before a restart."""

ROLLOUT_ACTS = {
    "ordered": say("ra lệnh", "ordered"),
    "resumed": say("cho chạy tiếp", "resumed"),
    "stopped": say("dừng", "stopped"),
    "abandoned": say("bỏ", "abandoned"),
}
"""What a person did with a rollout."""

RELEASE_ACTS = {
    "began": say("tự nhận việc", "began by itself"),
    "ramped": say("giao một phần", "was given a part"),
    "promoted": say("nhận toàn bộ việc", "was given all work"),
    "rolled_back": say("nhận lại việc", "was given the work back"),
    "retired": say("cho nghỉ", "was retired"),
}
"""What happened to a build of the worker."""

VERSIONS = {
    "draft": say("dự thảo", "draft"),
    "active": say("đang áp dụng", "active"),
    "retired": say("hết hiệu lực", "retired"),
    "not_in_configuration": say("không còn trong cấu hình", "no longer in the configuration"),
}
"""The status of a version of a procedure."""

CATALOGUE_FIELDS = {
    "code": say("mã", "code"),
    "name": say("tên", "name"),
    "decision": say("quyết định công bố", "decision"),
    "levels": say("cấp thực hiện", "levels"),
    "field": say("lĩnh vực", "field"),
    "applicants": say("đối tượng", "applicants"),
    "channels": say("hình thức nộp, thời hạn, phí", "channels, limits and fees"),
    "result": say("kết quả", "result"),
}
"""The fields of a row of the national catalogue."""


def cause_name(code: str, system: str | None = None) -> Bilingual:
    """Why something does not go on, with the code for operators: `sổ cái từ chối (ledger_refused)`.

    `system`: whose code it may be."""
    words = CAUSES.get(code.partition(" ")[0]) or FAILURES.get(code.partition(" ")[0]) or REASONS.get(code)
    words = words or _http_error(code) or reply_name(system, code)
    return (
        say(f"mã lỗi {code}", f"error {code}") if words is None else say(f"{words.vi} ({code})", f"{words.en} ({code})")
    )


def role_name(code: str) -> Bilingual:
    """The words of a role by its code. A role that this release does not know is shown as its code."""
    return Role(code).words if code in tuple(Role) else say(code, code)


def standing_name(code: str) -> Bilingual:
    """The state of a dossier's workflow before a restart, by its recorded code."""
    return STANDINGS.get(code, say(code, code))


def state_name(state: State) -> Bilingual:
    """The name of a state on screens."""
    return state.words


def act_name(kind: str) -> Bilingual:
    """The name of a command."""
    return ACTS.get(kind, say(kind, kind.replace("_", " ")))


def work_name(act: str) -> Bilingual:
    """The name of what a work-list asks for."""
    return WORK.get(act) or act_name(act)


def system_name(code: str) -> Bilingual:
    """The name of an outside system. An unknown code is returned as it is."""
    return SYSTEM_NAMES[System(code)] if code in tuple(System) else say(code, code)


def at(instant: datetime) -> str:
    """`16:30 05/08/2025`, in Vietnam."""
    return f"{instant.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def working_time(spent: timedelta | int) -> Bilingual:
    """Working time in working days of eight hours: `2 ngày 3 giờ 15 phút`. A number is in minutes."""
    minutes = spent if isinstance(spent, int) else round(spent.total_seconds() / 60)
    days, rest = divmod(abs(minutes), WORKING_MINUTES_A_DAY)
    hours, left = divmod(rest, 60)
    parts = [(days, "ngày", "d"), (hours, "giờ", "h"), (left, "phút", "min")]
    shown = [(f"{number} {vi}", f"{number} {en}") for number, vi, en in parts if number]
    return say(" ".join(vi for vi, _ in shown) or "0 phút", " ".join(en for _, en in shown) or "0 min")
