"""The replies of the outside systems that we know, one table for each: what the system says, and what it means for us.

This is the list to go through with the office of the other system. `docs/adapters.md` shows it as it stands here
(`tests/activities/adapters/test_known_replies.py` compares them). No public list of these codes exists: a province
writes what its neighbours really send into `replies` of the address, which comes before these tables.

A code that is in neither is *unknown*: it is sent again, counted, logged, and shown to operators.
"""

from __future__ import annotations

from collections.abc import Mapping

from activities.adapters.verdict import Verdict
from domain.outside_systems import System
from domain.values import Bilingual, Value


class KnownReply(Value):
    """One code of a system, with its meaning for people."""

    code: str
    verdict: Verdict
    says: Bilingual


def _known(code: str, verdict: Verdict, vi: str, en: str) -> KnownReply:
    return KnownReply(code=code, verdict=verdict, says=Bilingual(vi=vi, en=en))


_BUSY = _known("99", Verdict.RETRY, "hệ thống bận", "the system is busy")
_OF_SESSIONS = (
    _known("00", Verdict.DONE, "thành công (cả số 0)", "success (also the number 0)"),
    _known("01", Verdict.RETRY, "phiên làm việc đã hết hạn", "the session has expired"),
    _known("02", Verdict.REFUSED, "không ánh xạ được mã đơn vị", "a unit code that cannot be mapped"),
    _known("03", Verdict.REFUSED, "dữ liệu không đúng quy ước", "data that can never be accepted"),
    _known("05", Verdict.RETRY, "chưa có hồ sơ này", "it does not have this dossier yet"),
    _known("06", Verdict.REFUSED, "không có quyền dùng dịch vụ", "no right to this service"),
    _known("07", Verdict.RETRY, "dịch vụ không được hỗ trợ", "it does not have this service"),
    _BUSY,
)
_PORTAL = (
    *_OF_SESSIONS,
    _known("04", Verdict.RETRY, "hồ sơ đã có (gửi lại để cập nhật)", "it has the dossier (sent again as an update)"),
)
_REGISTRY = (
    *_OF_SESSIONS,
    _known("04", Verdict.NEEDS_PERSON, "đã có kết quả này dưới số khác", "it has the result under another number"),
)
_OF_TOKENS = (
    _known("00", Verdict.DONE, "thành công", "success"),
    _known("unauthorised", Verdict.RETRY, "mã truy cập không được chấp nhận", "our token is not accepted"),
    _known("not_accepted", Verdict.REFUSED, "không chấp nhận yêu cầu", "the request is not accepted"),
    _known("key_reused", Verdict.REFUSED, "khóa đã dùng cho nội dung khác", "the key was used for something else"),
    # The three codes that platforms built on the session envelope also send.
    _known("02", Verdict.REFUSED, "không ánh xạ được mã đơn vị", "a unit code that cannot be mapped"),
    _known("03", Verdict.REFUSED, "dữ liệu không đúng quy ước", "data that can never be accepted"),
    _known("06", Verdict.REFUSED, "không có quyền dùng dịch vụ", "no right to this service"),
    _BUSY,
)
_PAYMENTS = (
    *_OF_TOKENS,
    _known("invalid_request", Verdict.REFUSED, "yêu cầu sai quy ước", "the request breaks the contract"),
    _known("unknown_order", Verdict.REFUSED, "không có đơn hàng này", "there is no such order"),
    _known("expires_in_the_past", Verdict.REFUSED, "hạn thanh toán đã qua", "the order would have expired already"),
    _known("refund_exceeds_paid", Verdict.REFUSED, "hoàn nhiều hơn đã thu", "a refund of more than was paid"),
)
_SIGNING = (
    *_OF_TOKENS,
    _known("invalid_request", Verdict.REFUSED, "yêu cầu sai quy ước", "the request breaks the contract"),
    _known("invalid_signer", Verdict.REFUSED, "người ký không đúng loại chữ ký", "a signer of another kind"),
    _known("token_failed", Verdict.REFUSED, "thiết bị ký không trả lời", "the signing token does not answer"),
    _known("unknown_certificate", Verdict.REFUSED, "không có chứng thư này", "there is no such certificate"),
)
_NOTICES = (
    *_OF_TOKENS,
    _known("invalid_message", Verdict.REFUSED, "tin sai quy ước", "the message breaks the contract"),
)
_DOCUMENTS = (
    *_OF_TOKENS,
    _known("id_used", Verdict.REFUSED, "mã văn bản đã dùng cho nội dung khác", "the identifier has another document"),
    _known("invalid_envelope", Verdict.REFUSED, "sai khung edXML", "the envelope breaks the standard"),
    _known("invalid_attachment", Verdict.REFUSED, "tệp đính kèm không đọc được", "an attachment cannot be read"),
    _known("invalid_status", Verdict.REFUSED, "sai mẫu trạng thái", "the status breaks the standard"),
    _known("invalid_xml", Verdict.REFUSED, "không phải XML", "no XML"),
    _known("unsigned", Verdict.REFUSED, "không có chữ ký số", "there is no signature"),
    _known("wrong_signature", Verdict.REFUSED, "chữ ký số không đúng", "the signature is wrong"),
    _known("unknown_document", Verdict.RETRY, "chưa có văn bản này", "it does not have this document yet"),
    _known("unknown_message", Verdict.REFUSED, "không có tin này", "there is no such message"),
)
_POPULATION = (
    _known("00", Verdict.DONE, "có công dân này", "the citizen is there"),
    _known("0", Verdict.DONE, "có công dân này", "the citizen is there"),
    _known("404", Verdict.DONE, "không có công dân này", "there is no such citizen"),
    _known("02", Verdict.REFUSED, "đơn vị không được tra cứu", "the unit may not ask"),
    _known("03", Verdict.REFUSED, "thiếu thông tin bắt buộc", "something required is missing"),
    _known("soap_fault", Verdict.RETRY, "lỗi của trục chia sẻ", "a fault of the sharing platform"),
)
_POST = (
    *_OF_TOKENS,
    _known("invalid_request", Verdict.REFUSED, "yêu cầu sai quy ước", "the request breaks the contract"),
    _known("unknown_order", Verdict.REFUSED, "không có đơn này", "there is no such order"),
)
_INTERCONNECTION_IN_CODES = (
    _known("DA_GHI_NHAN", Verdict.DONE, "đã ghi nhận", "taken"),
    _known("DA_CO", Verdict.DONE, "đã có", "it has it already"),
    _known("KHONG_CO", Verdict.DONE, "không có hồ sơ này", "it has no such application"),
    _known("CO_HO_SO", Verdict.DONE, "trả về hồ sơ", "the application"),
    _known("HET_PHIEN", Verdict.RETRY, "phiên đã hết hạn", "the token has expired"),
    _known("CHUA_CAP_NHAT", Verdict.RETRY, "chưa cập nhật trạng thái", "the status is not updated yet"),
    _known("HE_THONG_LOI", Verdict.RETRY, "lỗi hệ thống", "an error of the system"),
    _known("SAI_LOGIC", Verdict.NEEDS_PERSON, "logic xử lý không hợp lệ", "the order of the statuses is not right"),
)
KNOWN_REPLIES: Mapping[System, tuple[KnownReply, ...]] = {
    System.PORTAL: _PORTAL,
    System.POPULATION: _POPULATION,
    System.CIVIL: _REGISTRY,
    System.RESIDENCE: _REGISTRY,
    System.LAND: _REGISTRY,
    System.BUSINESS: _REGISTRY,
    System.PAYMENTS: _PAYMENTS,
    System.SIGNING: _SIGNING,
    System.SMS: _NOTICES,
    System.POST: _POST,
    System.DOCUMENTS: _DOCUMENTS,
    System.INTERCONNECTION: _INTERCONNECTION_IN_CODES,
}
"""The tables. Version 1 of the interconnection software answers in words: `interconnection_replies.PHRASES` is its
table, and the one here is that of version 2."""
_VERDICTS = {system: {one.code: one.verdict for one in table} for system, table in KNOWN_REPLIES.items()}


def verdict_of(system: System, code: str) -> Verdict | None:
    """What this code of the system means by its table; None when nobody knows it."""
    return _VERDICTS.get(system, {}).get(code)
