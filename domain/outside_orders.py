"""Orders of operators about the calls of an outside system: hold them, make them in spite of failures, or let them end.

An order ends by itself, so that one that everybody forgot does not hold a system for ever.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from domain.errors import InvalidInput
from domain.messages.outside_orders import OutsideOrderRefusal
from domain.outside_systems import System
from domain.values import Bilingual, Code, Instant, Name, Value


class OutsideAct(StrEnum):
    """What an operator orders for a system. The words are those of a circuit breaker."""

    OPEN = "open"
    """No call goes out. Calls that wait for their turn are given back too."""
    CLOSE = "close"
    """Calls go out in spite of failures."""
    DRAIN = "drain"
    """Calls that have begun or wait for their turn end; no call begins."""
    AUTOMATIC = "automatic"
    """The failures of the system decide again."""

    @property
    def words(self) -> Bilingual:
        """The name for people."""
        return _WORDS[self]

    @property
    def holds(self) -> bool:
        """True if no call begins under this order."""
        return self in (OutsideAct.OPEN, OutsideAct.DRAIN)


_WORDS = {
    OutsideAct.OPEN: Bilingual(vi="ngừng gọi", en="no call goes out"),
    OutsideAct.CLOSE: Bilingual(vi="gọi dù đang lỗi", en="called in spite of failures"),
    OutsideAct.DRAIN: Bilingual(vi="rút dần, không gọi mới", en="drained: calls end and none begins"),
    OutsideAct.AUTOMATIC: Bilingual(vi="tự động", en="automatic"),
}

USUAL_TIME = {
    OutsideAct.OPEN: timedelta(hours=4),
    OutsideAct.DRAIN: timedelta(hours=4),
    OutsideAct.CLOSE: timedelta(hours=1),
}
"""How long an order holds where nothing else is said: half a working day; an hour for calls that fail."""
LONGEST_TIME = timedelta(days=7)


class OutsideOrder(Value):
    """One order. `until`: when it ends by itself; None for AUTOMATIC, which has no end."""

    number: int
    system: System
    act: OutsideAct
    until: Instant | None
    who: Code
    why: Name
    at: Instant


def require_time(act: OutsideAct, lasts: timedelta | None) -> timedelta | None:
    """How long an order holds. Raises InvalidInput `outside_order_time` for none, one too long, or one that is not
    needed."""
    if act is OutsideAct.AUTOMATIC:
        if lasts is not None:
            raise InvalidInput(OutsideOrderRefusal.OUTSIDE_ORDER_WITHOUT_END)
        return None
    lasts = USUAL_TIME[act] if lasts is None else lasts
    if not timedelta(minutes=1) <= lasts <= LONGEST_TIME:
        raise InvalidInput(OutsideOrderRefusal.OUTSIDE_ORDER_TIME, most=LONGEST_TIME.days)
    return lasts


def system_named(text: str) -> System:
    """The system with this code. Raises InvalidInput `unknown_outside_system`."""
    try:
        return System(text.strip().lower())
    except ValueError:
        known = ", ".join(System)
        raise InvalidInput(OutsideOrderRefusal.UNKNOWN_OUTSIDE_SYSTEM, system=text[:64], known=known) from None
