"""The codes of failed calls to outside systems, and the cause behind each. Python and the queries read the same table.

The verdict on a reply goes into the history of a dossier as the beginning of the code: events, commands and snapshots
keep their shape, so a run of any revision and an older build read it too (decision 052).
"""

from __future__ import annotations

from domain.repairs.causes import Cause

NEEDS_PERSON = "needs_person."
"""Begins the code of a call that the system will not do as it stands; only a person can find out what is right."""
UNKNOWN_REPLY = "unknown_reply."
"""Begins the code of a reply that nobody knows. The call is made again by itself, and somebody has to ask."""

BY_BEGINNING = {NEEDS_PERSON: Cause.NEEDS_PERSON, UNKNOWN_REPLY: Cause.UNKNOWN_REPLY}
HELD_BACK = ("breaker_open", "system_held")
"""The codes of calls that were not sent."""


def cause_of_call(code: str, *, final: bool) -> Cause:
    """The cause behind a failed call. `final`: it is not made again by itself."""
    for beginning, cause in BY_BEGINNING.items():
        if code.startswith(beginning):
            return cause
    if final:
        return Cause.REFUSED_FOR_GOOD
    return Cause.BREAKER_OPEN if code in HELD_BACK else Cause.CALL_NOT_ANSWERED


def bare(code: str) -> str:
    """The system's own code, without what begins it."""
    return next((code.removeprefix(one) for one in BY_BEGINNING if code.startswith(one)), code)
