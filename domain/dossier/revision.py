"""The revision of the life cycle's rules by which one run of a dossier's workflow decides.

Replay repeats every decision of a run and must decide in the same way. So a run keeps the revision under which it was
started. A stricter rule or a new reaction checks the revision: `if context.revision >= Revision.SECOND`.
The update's validator and the gateway only check whether an act may be sent. They use `CURRENT`, because replay does
not repeat a refusal that left no trace. A run that is continued keeps its revision. A run that is started anew (woken,
restarted) gets the newest that every build of the worker in use knows.
"""

from __future__ import annotations

from enum import IntEnum


class Revision(IntEnum):
    """One value for each release whose rules decide differently than before."""

    FIRST = 1
    """Release 0.1."""
    SECOND = 2
    """Release 0.2: rules that became stricter after the first release was tested with faults and attacks."""
    THIRD = 3
    """Release 0.2 too: the activity that makes a quick call writes its outcome. No rule differs from the second."""
    FOURTH = 4
    """Release 0.2 too: a merger leaves a dossier with the level that took it over, and a handover that no longer moves
    a dossier lapses."""
    FIFTH = 5
    """Release 0.2 too: a dossier that comes back into the coordination queue has the whole time of the queue again; and
    a run makes a call that somebody ended at once when operators say so, and stops one that they give up."""
    SIXTH = 6
    """Release 0.3: a rung of the ladder fires once for an occasion, its people are looked up when it fires, and an
    escalation climbs until somebody answers."""
    SEVENTH = 7
    """Release 0.3 too: a signature, a seal or a payment order that is under way when nobody needs it any more is waited
    for, and what was done outside is recorded."""


CURRENT = max(Revision)
