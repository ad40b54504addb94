"""Why events are not sent to a webhook: a code for machines, and words for people."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Bilingual


class DeliveryFailure(StrEnum):
    """What the receiver did, or why nothing was sent."""

    TIMEOUT = "webhook_timeout"
    NOT_CONNECTED = "webhook_not_connected"
    CERTIFICATE_UNTRUSTED = "webhook_certificate_untrusted"
    BROKEN_OFF = "webhook_broken_off"
    ADDRESS_PRIVATE = "webhook_address_private"
    REDIRECTED = "webhook_redirected"
    REFUSED = "webhook_refused"
    FAILED = "webhook_failed"
    GONE = "webhook_gone"
    OWNER_WITHOUT_RIGHT = "webhook_owner_without_right"

    @property
    def words(self) -> Bilingual:
        """The failure in a few words."""
        return _WORDS[self]


_WORDS = {
    DeliveryFailure.TIMEOUT: Bilingual(vi="nơi nhận không trả lời kịp", en="the receiver did not answer in time"),
    DeliveryFailure.NOT_CONNECTED: Bilingual(vi="không kết nối được nơi nhận", en="the receiver was not reached"),
    DeliveryFailure.CERTIFICATE_UNTRUSTED: Bilingual(
        vi="chứng thư của nơi nhận không tin được", en="the receiver's certificate is not trusted"
    ),
    DeliveryFailure.BROKEN_OFF: Bilingual(
        vi="nơi nhận ngắt kết nối hoặc trả lời sai quy ước", en="the receiver broke off or gave no proper answer"
    ),
    DeliveryFailure.ADDRESS_PRIVATE: Bilingual(
        vi="địa chỉ nơi nhận ở trong mạng nội bộ", en="the receiver's address is in an internal network"
    ),
    DeliveryFailure.REDIRECTED: Bilingual(
        vi="nơi nhận chuyển sang địa chỉ khác, không đi theo", en="the receiver redirected, which is not followed"
    ),
    DeliveryFailure.REFUSED: Bilingual(vi="nơi nhận từ chối yêu cầu", en="the receiver refused"),
    DeliveryFailure.FAILED: Bilingual(vi="nơi nhận gặp lỗi", en="the receiver failed"),
    DeliveryFailure.GONE: Bilingual(vi="nơi nhận không còn nữa", en="the receiver is gone"),
    DeliveryFailure.OWNER_WITHOUT_RIGHT: Bilingual(
        vi="người đăng ký hiện không được xem sự kiện nào", en="the owner may see no event now"
    ),
}
