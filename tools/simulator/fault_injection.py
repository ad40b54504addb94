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

from pydantic import Field, StringConstraints

from domain.values import Strict


class FaultMode(StrEnum):
    """What happens to a call. "Done": the system has carried the call out, whatever it answers."""

    OK = "ok"
    # no answer
    TIMEOUT = "timeout"  # done, never answered
    UNANSWERED = "unanswered"  # nothing done: the connection is accepted, and nothing ever comes
    RESET = "reset"  # nothing done, the connection is reset (RST)
    HALF_CLOSED = "half_closed"  # nothing done, the system closes its side (FIN) and goes on listening
    CUT_IN_HEAD = "cut_in_head"  # done, the connection ends (FIN) in the middle of the headers
    CUT = "cut"  # done, the answer breaks off in the middle of the body
    LATE_EFFECT = "late_effect"  # the connection is reset (RST), done `delay` later: newer calls come first
    RESET_IN_BODY = "reset_in_body"  # done, the connection is reset (RST) in the middle of the body
    DRIP = "drip"  # done, the answer comes one byte at a time, each after `delay`
    # an answer that does not end, or that is not what it says
    ENDLESS = "endless"  # done, the answer never ends
    HUGE = "huge"  # done, the answer has `size` bytes
    COMPRESSED = "compressed"  # done, the answer is a compression bomb of `size` bytes
    TRUNCATED = "truncated"  # done, half of the answer, sent as if it were the whole
    WRONG_CHARSET = "wrong_charset"  # done, the answer is in UTF-16 and says UTF-8
    DEEP = "deep"  # nothing done, 200 with 100,000 levels of JSON or XML
    GARBLED = "garbled"  # nothing done, 200 with a page of HTML
    ANOTHERS_REPLY = "anothers_reply"  # nothing done, the answer that the call before with another key got
    # an answer that says no, for now or for good
    DOWN = "down"  # 503, nothing done; with `retry_after` in the header Retry-After
    SERVER_ERROR = "server_error"  # 500, nothing done
    EFFECT_THEN_ERROR = "effect_then_error"  # done, answered with 500
    TOO_MANY = "too_many"  # 429 with Retry-After, nothing done
    UNKNOWN_STATUS = "unknown_status"  # 418 with plain text, nothing done
    UNKNOWN_CODE = "unknown_code"  # nothing done, 200 with an error code that no list has
    ERROR_IN_200 = "error_in_200"  # nothing done, 200 with an error inside
    REFUSED = "refused"  # nothing done, refused for good: a code the other side cannot map
    # an answer that says yes
    SLOW = "slow"  # done, answered after `delay`
    DUPLICATE = "duplicate"  # the message arrives twice
    NO_EFFECT = "no_effect"  # reported as done, nothing done
    CLOCK_OFF = "clock_off"  # done, by a clock that is `hours` ahead (negative: behind)
    # of some systems only
    SESSION_EXPIRED = "session_expired"  # every session is dropped
    UNAUTHORISED = "unauthorised"  # nothing done, 401: our token is not accepted
    TOKEN_FAILED = "token_failed"  # noqa: S105  the signing token does not answer
    EXPIRED_CERTIFICATE = "expired_certificate"  # done, signed with a certificate that has expired
    NOT_UPDATED = "not_updated"  # nothing done, said in words
    SOAP_FAULT = "soap_fault"  # nothing done, a fault in XML
    UNKNOWN_REPLY = "unknown_reply"  # nothing done, answered with words that nobody knows
    OTHER_UNICODE = "other_unicode"  # done, answered in NFD inside a page of HTML
    NO_ACCOUNT = "no_account"  # nothing done, the person cannot be reached by this channel
    GREYLISTED = "greylisted"  # nothing done, the mail server asks to come again later
    WRONG_BANNER = "wrong_banner"  # no mail server answers at the port
    XML_BOMB = "xml_bomb"  # nothing done, entities that grow to gigabytes
    EXTERNAL_ENTITY = "external_entity"  # nothing done, entities that name a file and an address of ours
    MANY_TAGS = "many_tags"  # nothing done, 200,000 elements
    ORDER_OF_ANOTHER = "order_of_another"  # nothing done, the answer is an existing order of another dossier
    # of the notifications of payments
    CALLBACK_LOST = "callback_lost"
    CALLBACK_TWICE = "callback_twice"
    CALLBACK_LATE = "callback_late"  # after `delay`
    CALLBACK_WRONG_AMOUNT = "callback_wrong_amount"
    CALLBACK_OUT_OF_ORDER = "callback_out_of_order"  # after that of the next payment, at the latest after `delay`
    CALLBACK_FORGED = "callback_forged"  # besides the right one, another with a wrong signature
    CALLBACK_FROM_NOWHERE = "callback_from_nowhere"  # besides the right one, another of an order that nobody made
    REPORT_LOST = "report_lost"
    REPORT_TWICE = "report_twice"
    REPORT_LATE = "report_late"  # after `delay`
    REPORT_OUT_OF_ORDER = "report_out_of_order"  # after the next one
    REPORT_WRONG_STAGE = "report_wrong_stage"  # says that the item was delivered


CALLBACK_MODES = frozenset(mode for mode in FaultMode if mode.startswith("callback_"))
REPORT_MODES = frozenset(mode for mode in FaultMode if mode.startswith("report_"))
"""The faults of the post's reports."""
EFFECT_MODES = frozenset({FaultMode.DUPLICATE, FaultMode.NO_EFFECT, FaultMode.EFFECT_THEN_ERROR, FaultMode.LATE_EFFECT})
"""The faults that only a call with an effect can have."""
IN_WORDS = frozenset({FaultMode.NOT_UPDATED, FaultMode.SOAP_FAULT, FaultMode.UNKNOWN_REPLY, FaultMode.OTHER_UNICODE})
"""The faults of a system that answers in words."""
IN_XML = frozenset({FaultMode.XML_BOMB, FaultMode.EXTERNAL_ENTITY, FaultMode.MANY_TAGS})
"""The faults of a system that answers in XML."""
OF_SOME = frozenset(
    {
        FaultMode.SESSION_EXPIRED,
        FaultMode.UNAUTHORISED,
        FaultMode.TOKEN_FAILED,
        FaultMode.EXPIRED_CERTIFICATE,
        FaultMode.ORDER_OF_ANOTHER,
        FaultMode.NO_ACCOUNT,
        FaultMode.GREYLISTED,
        FaultMode.WRONG_BANNER,
    }
)
COMMON_MODES = frozenset(set(FaultMode) - CALLBACK_MODES - REPORT_MODES - IN_WORDS - IN_XML - OF_SOME)
FINAL_MODES = frozenset({FaultMode.REFUSED, FaultMode.TOKEN_FAILED, FaultMode.NO_ACCOUNT})
"""The faults after which the same message is not sent again by itself. Random faults never have them."""


class Fault(Strict):
    """One fault: which, how long, how often, and for which calls."""

    mode: FaultMode
    after: Annotated[float, Field(ge=0)] = 0.0
    """The seconds until the fault begins: several faults are a schedule of outages."""
    seconds: Annotated[float, Field(gt=0)] | None = None
    calls: Annotated[int, Field(ge=1)] | None = None
    """The fault ends that many seconds after its beginning, or after that many calls; without either, when it is
    replaced."""
    rate: Annotated[float, Field(gt=0, le=1)] = 1.0
    service: str | None = None
    key: str | None = None
    """The fault hits only calls with this key, as the simulator counts effects by it."""
    match: Mapping[str, str] = {}
    """The fault hits only calls with these field values."""
    delay: Annotated[float, Field(ge=0)] = 1.0
    """The delay in seconds, for `slow`, `drip`, `late_effect`, and late callbacks and reports."""
    retry_after: Annotated[str, StringConstraints(max_length=100, pattern=r"^[ -~]*$")] | None = None
    """The value of the header Retry-After, for `down` and `too_many` (there without it: 1)."""
    hours: Annotated[float, Field(ge=-200, le=200)] = 7.0
    """By how many hours the clock is ahead, for `clock_off`."""
    size: Annotated[int, Field(ge=1, le=10_000_000_000)] = 50_000_000
    """The bytes of the answer, for `huge` and `compressed`."""


@dataclass(frozen=True)
class Call:
    """One call, as a contract has read it. `effectful`: it may change something in the system."""

    service: str
    key: str
    fields: Mapping[str, Any]
    effectful: bool = True
    modes: frozenset[FaultMode] | None = None
    """The faults that are possible at this point of a session; None: all."""
    version: str = "1"
    """The version of the contract."""
    fault: FaultMode | None = None
    """A fault that the contract itself carries out."""


@dataclass
class _Running:
    fault: Fault
    since: float
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
        now = self._clock()
        self._running = [_running(fault, now) for fault in faults if fault.mode is not FaultMode.OK]

    def current(self) -> list[dict[str, Any]]:
        """The faults that can hit a call, now or later."""
        active = (running for running in self._running if self._is_active(running) or running.since > self._clock())
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
        now = self._clock()
        return running.left != 0 and running.since <= now and (running.until is None or now < running.until)

    def _chance(self, place: int, call: Call, attempt: int) -> float:
        text = f"{self._seed}/{self._system}/{place}/{call.service}/{call.key}/{attempt}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64


def _running(fault: Fault, now: float) -> _Running:
    since = now + fault.after
    return _Running(fault, since, None if fault.seconds is None else since + fault.seconds, fault.calls)


def _concerns(fault: Fault, call: Call) -> bool:
    if call.modes is not None and fault.mode not in call.modes:
        return False
    if fault.key not in (None, call.key) or any(
        str(call.fields.get(name)) != value for name, value in fault.match.items()
    ):
        return False
    if fault.mode in CALLBACK_MODES | REPORT_MODES or call.service == "callback":
        return fault.mode in CALLBACK_MODES | REPORT_MODES and call.service == "callback"
    if fault.mode in EFFECT_MODES and not call.effectful:
        return False
    if fault.service is not None:
        return fault.service == call.service
    return call.service != "auth" or fault.mode is FaultMode.DOWN
