"""What a reply of an outside system means for the message. Each adapter decides it once, where it reads the reply."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """The meaning of one reply, or of no reply."""

    DONE = "done"
    """The system has done it, now or at an earlier try."""
    RETRY = "retry"
    """The same message with the same key may succeed later. An unknown reply is one too."""
    NEEDS_PERSON = "needs_person"
    """The system will not do it as it stands, and only a person can find out what is right."""
    REFUSED = "refused"
    """The system refuses this message for good: the same message is refused again."""
