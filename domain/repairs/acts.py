"""Who repairs a dossier, and under which id."""

from __future__ import annotations

from uuid import UUID

from domain.values import Code, Value


class RepairedBy(Value):
    """Who ordered a repair and why.

    `act` is unique for each dossier of a run. A repeated call with it completes what an interrupted call began. It does
    nothing when nothing is left to do.
    """

    act: UUID
    who: Code
    why: str
