"""The failures of outside systems, in five kinds with stable codes. No text here ever holds personal data."""

from __future__ import annotations

import re
from enum import StrEnum

from activities.adapters.messages import OUTSIDE_MESSAGES
from domain.errors import InvalidInput
from domain.outside_systems import SYSTEM_NAMES, System
from domain.values import Bilingual


class OutsideCode(StrEnum):
    """What went wrong, from the caller's side."""

    TIMEOUT = "outside_timeout"  # no answer: whether it took effect is unknown
    UNAVAILABLE = "outside_unavailable"  # not reached, broke off, or said 5xx
    REFUSED = "outside_refused"  # answered, and said no: also inside an HTTP 200
    BAD_REPLY = "outside_bad_reply"  # not the contract's shape, or a success without effect
    BREAKER_OPEN = "breaker_open"  # not even sent


class OutsideError(Exception):
    """A call to an outside system that gave no result.

    `retryable` says whether the same request, under the same key, may succeed later. `reason` is the other side's own
    code (or the kind of transport failure), if it looks like a code: never its text, which may echo a person's data.
    `retry_after` is in seconds, where known.
    """

    def __init__(
        self,
        system: System,
        code: OutsideCode,
        *,
        operation: str,
        retryable: bool = True,
        reason: object = "",
        retry_after: float | None = None,
    ) -> None:
        self.system = system
        self.code = code
        self.operation = operation
        self.retryable = retryable
        self.reason = word(reason)
        self.retry_after = retry_after
        self.facts = {"system": str(system), "operation": operation, "reason": self.reason}
        self.message = _sentence(self)
        super().__init__(f"{code}: {self.message.en}")

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.system, self.code, self.operation, self.retryable, self.reason, self.retry_after)


class RejectedCallback(InvalidInput):
    """A payment notification that is not the platform's, or not in its shape."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.facts = {}
        self.message = OUTSIDE_MESSAGES[code]
        Exception.__init__(self, f"{code}: {self.message.en}")


def word(reason: object) -> str:
    """An outside code if it looks like one, else "unlisted": the other side may put a person's data there."""
    text = str(reason)
    looks_like_a_code = re.fullmatch(r"[A-Za-z0-9_.\-]{0,40}", text) and not re.search(r"[0-9]{6}", text)
    return text if looks_like_a_code else "unlisted"


def _again(
    system: System, code: OutsideCode, operation: str, retryable: bool, reason: str, retry_after: float | None
) -> OutsideError:
    return OutsideError(system, code, operation=operation, retryable=retryable, reason=reason, retry_after=retry_after)


def _sentence(error: OutsideError) -> Bilingual:
    names = SYSTEM_NAMES[error.system]
    seconds = "?" if error.retry_after is None else f"{error.retry_after:.0f}"
    facts = {
        "system_vi": names.vi,
        "system_en": names.en,
        "operation": error.operation,
        "reason": error.reason,
        "retry_after": seconds,
    }
    for_now = error.code is OutsideCode.REFUSED and error.retryable
    text = OUTSIDE_MESSAGES["outside_refused_for_now" if for_now else error.code]
    return Bilingual(vi=_begun(text.vi.format_map(facts)), en=_begun(text.en.format_map(facts)))


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
