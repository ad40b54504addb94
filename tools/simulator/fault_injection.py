"""The faults of a simulated system: on demand, for a time or a number of calls, or at random.

The random choice depends on the seed and the call (service, key, attempt), not on the order of arrival. So the same run
meets the same faults, in whatever order its calls arrive.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from domain.values import Strict


class FaultMode(StrEnum):
    """What happens to a call."""

    OK = "ok"
    DOWN = "down"  # 503, nothing done
    SLOW = "slow"  # done, answered after `delay`
    TIMEOUT = "timeout"  # done, never answered
    CUT = "cut"  # done, the answer breaks off in the middle
    GARBLED = "garbled"  # nothing done, 200 with a page of HTML
    ERROR_IN_200 = "error_in_200"  # nothing done, 200 with an error inside
    REFUSED = "refused"  # nothing done, refused for good: a code the other side cannot map
    DUPLICATE = "duplicate"  # the message arrives twice
    NO_EFFECT = "no_effect"  # reported as done, nothing done
    SESSION_EXPIRED = "session_expired"  # every session is dropped
    TOKEN_FAILED = "token_failed"  # noqa: S105  the signing token does not answer
    NOT_UPDATED = "not_updated"  # nothing done, said in words
    SOAP_FAULT = "soap_fault"  # nothing done, a fault in XML
    UNKNOWN_REPLY = "unknown_reply"  # nothing done, answered with words that nobody knows
    OTHER_UNICODE = "other_unicode"  # done, answered in NFD inside a page of HTML
    NO_ACCOUNT = "no_account"  # nothing done, the person cannot be reached by this channel
    GREYLISTED = "greylisted"  # nothing done, the mail server asks to come again later
    WRONG_BANNER = "wrong_banner"  # no mail server answers at the port
    HANG = "hang"  # the connection is taken, and nothing is said
    DROPPED = "dropped"  # nothing done, the connection breaks off after the message
    ORDER_OF_ANOTHER = "order_of_another"  # nothing done, the answer is an existing order of another dossier
    CALLBACK_LOST = "callback_lost"
    CALLBACK_TWICE = "callback_twice"
    CALLBACK_LATE = "callback_late"  # after `delay`
    CALLBACK_WRONG_AMOUNT = "callback_wrong_amount"


CALLBACK_MODES = frozenset(mode for mode in FaultMode if mode.startswith("callback_"))
EFFECT_MODES = frozenset({FaultMode.DUPLICATE, FaultMode.NO_EFFECT})
IN_WORDS = frozenset({FaultMode.NOT_UPDATED, FaultMode.SOAP_FAULT, FaultMode.UNKNOWN_REPLY, FaultMode.OTHER_UNICODE})
"""The faults of a system that answers in words."""
OF_MAIL = frozenset({FaultMode.GREYLISTED, FaultMode.WRONG_BANNER, FaultMode.HANG, FaultMode.DROPPED})
OF_SOME = OF_MAIL | {
    *(FaultMode.SESSION_EXPIRED, FaultMode.TOKEN_FAILED, FaultMode.ORDER_OF_ANOTHER, FaultMode.NO_ACCOUNT)
}
COMMON_MODES = frozenset(set(FaultMode) - CALLBACK_MODES - IN_WORDS - OF_SOME)


class Fault(Strict):
    """One fault: which, how long, how often, and for which calls."""

    mode: FaultMode
    seconds: Annotated[float, Field(gt=0)] | None = None
    calls: Annotated[int, Field(ge=1)] | None = None
    """The fault ends after that many seconds or calls; without either, when it is replaced."""
    rate: Annotated[float, Field(gt=0, le=1)] = 1.0
    service: str | None = None
    match: Mapping[str, str] = {}
    """The fault hits only calls with these field values."""
    delay: Annotated[float, Field(ge=0)] = 1.0
    """The delay in seconds, for `slow` and `callback_late`."""


@dataclass(frozen=True)
class Call:
    """One call, as a contract has read it. `effectful`: it may change something in the system."""

    service: str
    key: str
    fields: Mapping[str, Any]
    effectful: bool = True
    modes: frozenset[FaultMode] | None = None
    """The faults that are possible at this point of a session; None: all."""


@dataclass
class _Running:
    fault: Fault
    until: float | None
    left: int | None


class FaultInjector:
    """The faults of one system. `clock` gives monotonic seconds."""

    def __init__(self, system: str, seed: int, clock: Callable[[], float]) -> None:
        self._system = system
        self._seed = seed
        self._clock = clock
        self._running: list[_Running] = []
        self._attempts: Counter[tuple[str, str]] = Counter()
        self.hits: Counter[str] = Counter()

    def set(self, faults: Iterable[Fault]) -> None:
        """Replaces all faults; `ok` means none."""
        self._running = [
            _Running(fault, None if fault.seconds is None else self._clock() + fault.seconds, fault.calls)
            for fault in faults
            if fault.mode is not FaultMode.OK
        ]

    def current(self) -> list[dict[str, Any]]:
        """The faults that can still hit a call."""
        active = (running for running in self._running if self._is_active(running))
        return [{**running.fault.model_dump(mode="json"), "left": running.left} for running in active]

    def next_fault(self, call: Call) -> Fault | None:
        """The fault that hits this call, if any. It is counted."""
        attempt = self._attempts[call.service, call.key] = self._attempts[call.service, call.key] + 1
        for place, running in enumerate(self._running):
            possible = self._is_active(running) and _concerns(running.fault, call)
            if possible and self._chance(place, call, attempt) < running.fault.rate:
                running.left = None if running.left is None else running.left - 1
                self.hits[running.fault.mode] += 1
                return running.fault
        return None

    def _is_active(self, running: _Running) -> bool:
        return running.left != 0 and (running.until is None or self._clock() < running.until)

    def _chance(self, place: int, call: Call, attempt: int) -> float:
        text = f"{self._seed}/{self._system}/{place}/{call.service}/{call.key}/{attempt}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64


def _concerns(fault: Fault, call: Call) -> bool:
    if call.modes is not None and fault.mode not in call.modes:
        return False
    if any(str(call.fields.get(name)) != value for name, value in fault.match.items()):
        return False
    if fault.mode in CALLBACK_MODES or call.service == "callback":
        return fault.mode in CALLBACK_MODES and call.service == "callback"
    if fault.mode in EFFECT_MODES and not call.effectful:
        return False
    if fault.service is not None:
        return fault.service == call.service
    return call.service != "auth" or fault.mode is FaultMode.DOWN
