"""The failures of outside systems. Their texts never hold personal data."""

from __future__ import annotations

import re

from activities.adapters.messages import REFUSED_FOR_NOW, OutsideCode
from activities.adapters.verdict import Verdict
from domain.errors import InvalidInput
from domain.outside_systems import SYSTEM_NAMES, System
from domain.text.sentences import begun
from domain.values import Bilingual

KEY_REUSED = "key_reused"
"""The reason of a system that has done something else under this key."""


_NOT_SENT = frozenset({OutsideCode.BREAKER_OPEN, OutsideCode.SYSTEM_HELD, OutsideCode.ASKED_TO_WAIT})


class OutsideError(Exception):
    """A call to an outside system failed.

    `verdict`: what this means for the message; never DONE. `reason` is the system's own code or the class of the
    transport failure; it is never a text, which may repeat personal data. `retry_after` is in seconds, if known.
    `unknown`: nobody knows this reply (its code, its words or its shape). It is sent again, with an alarm.
    """

    def __init__(
        self,
        system: System,
        code: OutsideCode,
        *,
        operation: str,
        verdict: Verdict = Verdict.RETRY,
        reason: object = "",
        retry_after: float | None = None,
        unknown: bool = False,
    ) -> None:
        if verdict is Verdict.DONE:
            raise ValueError("a failed call is never done")
        self.system = system
        self.code = code
        self.operation = operation
        self.verdict = verdict
        self.reason = word(reason)
        self.retry_after = retry_after
        self.unknown = unknown or code is OutsideCode.BAD_REPLY
        self.facts = {"system": str(system), "operation": operation, "reason": self.reason}
        self.message = _sentence(self)
        super().__init__(f"{code}: {self.message.en}")

    @property
    def retryable(self) -> bool:
        """Whether the same message is sent again by itself."""
        return self.verdict is Verdict.RETRY

    @property
    def asked_to_wait(self) -> float | None:
        """The seconds that the system itself asked us to wait; None: it did not, or it was not called."""
        return None if self.code in _NOT_SENT else self.retry_after

    def sent_again(self) -> OutsideError:
        """The same failure, but not final: what came before may have had an effect, so the same key is sent again."""
        return _again(
            self.system, self.code, self.operation, Verdict.RETRY, self.reason, self.retry_after, self.unknown
        )

    def __reduce__(self) -> tuple[object, ...]:
        facts = (self.system, self.code, self.operation, self.verdict, self.reason, self.retry_after, self.unknown)
        return _again, facts


class RejectedCallback(InvalidInput):
    """A payment notification or a report of the post without a valid signature, or of another shape."""


def word(reason: object) -> str:
    """The reason if it looks like a code, otherwise "unlisted": the system may put personal data there."""
    text = str(reason)
    looks_like_a_code = re.fullmatch(r"[A-Za-z0-9_.\-]{0,40}", text) and not re.search(r"[0-9]{6}", text)
    return text if looks_like_a_code else "unlisted"


def _again(
    system: System,
    code: OutsideCode,
    operation: str,
    verdict: Verdict,
    reason: str,
    retry_after: float | None,
    unknown: bool,
) -> OutsideError:
    return OutsideError(
        system, code, operation=operation, verdict=verdict, reason=reason, retry_after=retry_after, unknown=unknown
    )


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
    text = REFUSED_FOR_NOW if for_now else error.code.sentence
    return Bilingual(vi=begun(text.vi.format_map(facts)), en=begun(text.en.format_map(facts)))
