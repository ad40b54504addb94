"""The sizes of a measurement: how many pairs of rounds and how many dossiers."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel

from domain.values import Bilingual


class Size(StrEnum):
    """How long to measure."""

    S = "S"
    M = "M"
    L = "L"

    @property
    def words(self) -> Bilingual:
        """What the size is for, and about how long it takes."""
        return _WORDS[self]


_WORDS = {
    Size.S: Bilingual(
        vi="xem nhanh, chưa đủ để kết luận, một đến hai phút", en="a quick look, no proof; one or two minutes"
    ),
    Size.M: Bilingual(vi="1.500 hồ sơ mỗi bên, khoảng mười phút", en="1,500 dossiers a side; about ten minutes"),
    Size.L: Bilingual(vi="4.050 hồ sơ mỗi bên, gần một giờ", en="4,050 dossiers a side; almost an hour"),
}


class Amounts(BaseModel):
    """The amounts of a size: pairs of rounds, dossiers of a round, dossiers of the open loop, dossiers alone."""

    pairs: int
    dossiers: int
    latency_dossiers: int
    alone: int


AMOUNTS = {
    Size.S: Amounts(pairs=1, dossiers=150, latency_dossiers=10, alone=1),
    Size.M: Amounts(pairs=5, dossiers=300, latency_dossiers=200, alone=3),
    Size.L: Amounts(pairs=9, dossiers=450, latency_dossiers=600, alone=5),
}
"""A round measures a whole number of waves of the 150 dossiers that run at once. Dossiers end in waves, as they were
started, and a part of a wave has more or less work than its share."""
