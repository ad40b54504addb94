"""The words about outside systems and the orders that are given about them."""

from __future__ import annotations

from datetime import timedelta

from domain.outside_orders import USUAL_TIME, OutsideAct
from domain.text.sentences import with_dots
from domain.values import Bilingual
from gateway.i18n.wording import say

CALLS = {"quick": say("lượt gọi nhanh", "quick calls"), "patient": say("lượt gọi kiên trì", "patient calls")}
"""The kinds of calls. Each has breakers of its own, because a quick call gives up sooner."""
BREAKERS = {
    "closed": say("đóng, vẫn gọi", "closed, called"),
    "open": say("ngắt, không gọi", "open, not called"),
    "half_open": say("đang gọi thử", "half-open, tried"),
}
"""The states of one breaker."""

_EFFECTS = {
    OutsideAct.OPEN: (
        say(
            "Không lượt gọi nào đi ra nữa; lượt đang gọi dở thì gọi xong. Hồ sơ không phải chờ hệ thống này vẫn chạy, "
            "yêu cầu được giữ lại và gửi khi hết lệnh.",
            "No call goes out any more; those under way end. Dossiers that do not need this system go on, and requests "
            "are kept and sent when the order ends.",
        ),
    ),
    OutsideAct.DRAIN: (
        say(
            "Lượt đang gọi và đang chờ lượt thì gọi xong, không gọi mới. Yêu cầu mới được giữ lại và gửi khi hết lệnh.",
            "Calls under way or waiting for their turn end, and none begins. New requests are kept and sent when the "
            "order ends.",
        ),
    ),
    OutsideAct.CLOSE: (
        say(
            "Hệ thống được gọi dù đang lỗi, trong giới hạn của nó; không tự ngắt.",
            "The system is called although it fails, within its limits; no breaker holds calls back.",
        ),
    ),
    OutsideAct.AUTOMATIC: (
        say(
            "Lệnh đang hiệu lực hết ngay; yêu cầu bị giữ lại được gửi trong khoảng 15 giây.",
            "The order in force ends now; requests that were kept are sent within about 15 seconds.",
        ),
    ),
}


def effect_of(act: OutsideAct, lasts: timedelta | None) -> tuple[Bilingual, ...]:
    """What an order does, and when it ends by itself."""
    time = lasts or USUAL_TIME.get(act)
    if time is None:
        return _EFFECTS[act]
    hours = f"{time.total_seconds() / 3600:g}"
    until = say(f"Tự hết sau {hours.replace('.', ',')} giờ.", f"It ends by itself after {hours} h.")
    return (*_EFFECTS[act], until)


def pace_of(per_second: float, most: float | None) -> Bilingual:
    """How many calls a second were made, of how many that the province may make: `2,1 / 10`."""
    used = f"{per_second:.1f}"
    if most is None:
        return say(used.replace(".", ","), used)
    limit = f"{most:g}"
    return say(f"{used} / {limit}".replace(".", ","), f"{used} / {limit}")


def share_failed(calls: int, failures: int) -> Bilingual:
    """How many calls failed, with their part of all: `3 (12 %)`."""
    if not failures or not calls:
        return say(with_dots(failures), f"{failures:,}")
    percent = f"{100 * failures / calls:.0f}"
    return say(f"{with_dots(failures)} ({percent} %)", f"{failures:,} ({percent} %)")
