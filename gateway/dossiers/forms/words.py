"""The labels and hints of the fields of forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from domain.dossier.commands import Charge, ExplanationCause, Handback, PostPurpose
from domain.procedures.procedure import Channel
from domain.values import Bilingual
from gateway.i18n.wording import CHANNELS, CHARGES, HANDBACK, say

T = TypeVar("T")

LABELS: Mapping[str, Bilingual] = {
    "acting_as": say("Làm với tư cách", "Acting as"),
    "address": say("Địa chỉ", "Address"),
    "agrees": say("Ý kiến", "Opinion"),
    "amount": say("Số tiền (đồng)", "Amount (dong)"),
    "applicant": say("Chủ hồ sơ", "Applicant"),
    "assisted_by": say("Đơn vị hỗ trợ nộp", "Unit that assisted"),
    "birth_date": say("Ngày sinh", "Date of birth"),
    "brought_over": say("Chuyển từ hệ thống cũ", "Brought over from an older system"),
    "by": say("Cách trả", "How it is returned"),
    "case": say("Trường hợp", "Case"),
    "channel": say("Hình thức nộp", "How it is filed"),
    "charge": say("Khoản", "Charge"),
    "code": say("Mã hồ sơ ở hệ thống cũ", "Its code in the older system"),
    "correction": say("Nội dung cần đính chính", "What is corrected"),
    "documents": say("Thành phần hồ sơ", "Documents"),
    "document": say("Tệp kết quả", "File of the result"),
    "effect": say("Việc cần gọi lại", "The call to be asked again"),
    "email": say("Thư điện tử", "E-mail"),
    "fee": say("Mức phí khác mức công bố (đồng)", "A fee other than the published one (dong)"),
    "fee_case": say("Trường hợp phí đã công bố", "Published fee case"),
    "identity_number": say("Số định danh cá nhân", "Identity number"),
    "cause": say("Nguyên nhân", "Cause"),
    "escalation": say("Lần leo thang số", "Escalation number"),
    "legal_basis": say("Căn cứ pháp lý", "Legal basis"),
    "matter": say("Nơi gắn với việc", "What ties it to a place"),
    "matter.address": say("Địa chỉ của việc", "Address of the matter"),
    "name": say("Họ và tên", "Full name"),
    "note": say("Ghi chú", "Note"),
    "nothing_done": say("Bằng chứng hệ thống ngoài chưa làm gì", "Evidence that the system did nothing"),
    "order": say("Đơn thanh toán", "Payment order"),
    "person": say("Giao cho", "Assigned to"),
    "phone": say("Điện thoại", "Phone"),
    "postal_address": say("Nhận kết quả qua bưu chính tại", "The post delivers the result to"),
    "postal_address.address": say("Địa chỉ", "Address"),
    "postal_address.name": say("Người nhận", "Recipient"),
    "request_post.postal_address": say("Bưu chính đến tại", "Where the post comes"),
    "request_post.postal_address.name": say("Người ở đó", "Who is there"),
    "purpose": say("Để làm gì", "What for"),
    "item": say("Bưu gửi", "Postal item"),
    "procedure": say("Thủ tục", "Procedure"),
    "reason": say("Lý do", "Reason"),
    "registered_as": say("Số đã có ở hệ thống nhận", "The number that the registry has already"),
    "received_at": say("Tiếp nhận ở hệ thống cũ lúc", "Received there at"),
    "received_by": say("Nơi tiếp nhận", "Receiving unit"),
    "result_number": say("Số kết quả", "Number of the result"),
    "signer": say("Người ký khác", "Another signer"),
    "stars": say("Số sao", "Stars"),
    "step": say("Bước", "Step"),
    "system": say("Hệ thống cũ", "Older system"),
    "territory": say("Xã, phường", "Commune or ward"),
    "territory_as_of": say("Ngày mã địa bàn được dùng", "Day on which that code was used"),
    "to_step": say("Trả về bước", "Back to the step"),
    "unit": say("Đơn vị", "Unit"),
    "until": say("Ngày hẹn mới", "New date"),
    "voucher": say("Số biên lai", "Number of the receipt"),
    "correction.received_at": say("Thời điểm tiếp nhận", "Time of receipt"),
    "correction.received_at.value": say("Tiếp nhận lúc", "Received at"),
    "correction.matter": say("Nơi gắn với việc", "What ties it to a place"),
    "correction.matter.value": say("Nơi đúng", "The right place"),
    "correction.matter.value.address": say("Địa chỉ của việc", "Address of the matter"),
    "correction.applicant": say("Thông tin chủ hồ sơ", "The applicant's particulars"),
    "correction.documents": say("Thành phần hồ sơ", "Documents"),
    "correction.documents.value": say("Thành phần đã nhận", "Documents that came"),
}
"""By the whole place of a field, else by its own name."""

HINTS: Mapping[str, Bilingual] = {
    "address": say("Địa chỉ cũ hay mới đều được.", "An address of before or after the merger."),
    "amount": say("Số đồng, ví dụ 20.000.", "In dong, for example 20,000."),
    "birth_date": say("Ngày/tháng/năm, ví dụ 31/12/1990.", "Day/month/year, for example 31/12/1990."),
    "document": say(
        "Chọn tệp để tính mã SHA-256 ngay trên máy này (tệp không gửi đi), hoặc dán mã 64 ký tự.",
        "Choose the file to compute its SHA-256 on this machine (the file is not sent), or paste the 64 characters.",
    ),
    "fee": say(
        "Để trống khi thu theo mức đã công bố. Mức khác cần căn cứ, và người thứ hai duyệt.",
        "Empty: the published fee. Another one needs its legal basis, and a second person approves it.",
    ),
    "identity_number": say("12 chữ số, hoặc số chứng minh 9 chữ số.", "12 digits, or an old number of 9 digits."),
    "legal_basis": say(
        "Điều, khoản hoặc số văn bản. Lưu vĩnh viễn: không ghi dữ liệu cá nhân.",
        "Article or number of the letter. It is kept for good: no personal data.",
    ),
    "matter": say(
        "Ghi xã, phường hoặc địa chỉ: từ đó biết cơ quan nào giải quyết.",
        "Its commune or its address: by that it is known who resolves it.",
    ),
    "note": say(
        "Cất trong kho dữ liệu cá nhân; xóa được khi có yêu cầu.", "Kept with personal data, and can be erased."
    ),
    "postal_address": say(
        "Bỏ trống nếu đến nhận tại quầy hoặc trực tuyến. Cước trả cho bưu chính khi nhận, không phải phí, lệ phí.",
        "Empty: fetched at the counter or online. The postage is paid to the post, and is no fee of the procedure.",
    ),
    "request_post.postal_address": say(
        "Cước trả cho bưu chính, không phải phí, lệ phí.", "The postage is paid to the post, and is no fee."
    ),
    "phone": say("8 đến 15 chữ số.", "8 to 15 digits."),
    "reason": say(
        "Đã sửa gì, theo văn bản nào. Lưu vĩnh viễn: không ghi dữ liệu cá nhân.",
        "What was mended, by which letter. It is kept for good: no personal data.",
    ),
    "retry_refused_call.applicant": say(
        "Chỉ khi thông tin đã gửi bị sai.", "Only where the particulars that were sent are wrong."
    ),
    "retry_refused_call.nothing_done": say(
        "Chỉ với việc chưa bị từ chối hẳn: đơn vị quản lý hệ thống đó trả lời gì, theo văn bản nào. Hai người vận hành "
        "lần lượt ghi; sai thì việc bị làm hai lần. Lưu vĩnh viễn: không ghi thông tin cá nhân.",
        "Only for a call that was not refused for good: what that system's people answered, by which letter. Two "
        "operators give it, one after the other; if it is wrong, the thing is done twice. Kept for good: no personal "
        "data.",
    ),
    "retry_refused_call.registered_as": say(
        "Chỉ khi hệ thống nhận báo đã có kết quả này dưới số khác: ghi nhận số đó, bằng chứng ghi ở lý do. Để trống: "
        "đăng ký mới, sau khi bản ghi kia đã hủy.",
        "Only where the registry says that it has this result under another number: that number is adopted, with the "
        "evidence as the reason. Empty: it is entered anew, after the other entry was voided.",
    ),
    "retry_refused_call.signer": say(
        "Chỉ với việc ký số. Để trống: người ký cũ.", "Only for a signature. Empty: the official who was asked before."
    ),
    "retry_refused_call.unit": say(
        "Đơn vị của người ký. Để trống: đơn vị bị từ chối.", "The signer's unit. Empty: the one that was refused."
    ),
    "received_at": say("Ngày/tháng/năm giờ:phút.", "Day/month/year hour:minute."),
    "correction.received_at.value": say("Ngày/tháng/năm giờ:phút.", "Day/month/year hour:minute."),
    "submit.documents": say(
        "Giấy tờ bắt buộc đã được đánh dấu sẵn; bỏ dấu giấy tờ còn thiếu.",
        "The required ones are ticked already; untick those that are missing.",
    ),
    "territory": say("Gõ tên, có dấu hoặc không dấu.", "Type its name, with or without accents."),
    "territory_as_of": say(
        "Chỉ ghi khi mã địa bàn đã được dùng lại. Ngày/tháng/năm.",
        "Only where the code was used again. Day/month/year.",
    ),
    "unit": say("Gõ tên, có dấu hoặc không dấu.", "Type its name, with or without accents."),
    "until": say("Ngày/tháng/năm.", "Day/month/year."),
    "approve_fee.amount": say(
        "Nhập lại đúng số tiền được đề nghị; không điền sẵn, để người thứ hai tự kiểm tra.",
        "Repeat the amount that was proposed; it is not filled in, so that the second person checks it.",
    ),
}
"""By the command and the place, by the whole place, else by the field's own name."""

YES = say("Đồng ý", "Agrees")
NO = say("Không đồng ý", "Does not agree")

ENUMERATIONS: Mapping[type, Mapping[str, Bilingual]] = {
    Channel: {one.value: words for one, words in CHANNELS.items()},
    Charge: {one.value: words for one, words in CHARGES.items()},
    PostPurpose: {one.value: one.words for one in PostPurpose},
    Handback: {one.value: words for one, words in HANDBACK.items()},
    ExplanationCause: {one.value: one.words for one in ExplanationCause},
}
"""The words of the values of each enumeration that forms ask for."""


def found(table: Mapping[str, T], kind: str, place: tuple[str, ...]) -> T | None:
    """The entry for a field: of this command, of the whole place, or of the name alone."""
    whole = ".".join(place)
    return next((table[key] for key in (f"{kind}.{whole}", whole, place[-1]) if key in table), None)
