"""Invented people. Names are drawn at random; numbers have the format of identity numbers."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from random import Random

from domain.values import Name, Value
from gateway.client import Applicant


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FAMILIES = _words("Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Ngô Dương Lý Đinh Trịnh Mai Tạ Phùng Lương")
OF_MEN = _words("Văn Đức Quang Hữu Minh Xuân")
OF_WOMEN = _words("Thị Ngọc Thu Thanh Hồng Kim")
MEN = _words("Hùng Dũng Tuấn Cường Sơn Long Khánh Nghĩa Đạt Thắng Kiên Hải Phúc Lộc")
WOMEN = _words("Hương Lan Thủy Hằng Yến Ngân Phượng Quỳnh Nguyệt Thảo Diệp Hiền Oanh Tuyết")
PROVINCE_OF_BIRTH = ("035", "036", "037")
"""The first three digits of an identity number, the province of birth: Hà Nam, Nam Định, Ninh Bình."""
FIRST_BIRTH, LAST_BIRTH = date(1945, 1, 1), date(2006, 12, 31)


class Person(Value):
    """One invented applicant. `known`: the population database has the same particulars."""

    number: int
    name: Name
    identity_number: str
    born: date
    decomposed: bool
    """Whether the name is typed with letters and marks apart (NFD)."""
    known: bool

    @property
    def code(self) -> str:
        """The internal identifier of this person as actor."""
        return f"cd.{self.number:05d}"

    def applicant(self) -> Applicant:
        """The particulars as a form sends them."""
        name = unicodedata.normalize("NFD", self.name) if self.decomposed else self.name
        return Applicant(
            name=name,
            identity_number=self.identity_number,
            birth_date=self.born,
            phone=f"09{self.number % 100_000_000:08d}",
        )

    def enrolled(self) -> dict[str, str]:
        """The particulars in the population database. They differ from the form's when `known` is false."""
        born = self.born if self.known else self.born - timedelta(days=1)
        return {"identity_number": self.identity_number, "name": self.name, "birth": born.strftime("%Y%m%d")}


def draw(lot: Random, number: int) -> Person:
    """The person of that number. One in eight writes in NFD; for one in forty the database has another birth date."""
    woman = lot.random() < 1 / 2
    born = FIRST_BIRTH + timedelta(days=lot.randrange((LAST_BIRTH - FIRST_BIRTH).days))
    return Person(
        number=number,
        name=" ".join(lot.choice(names) for names in (FAMILIES, *((OF_WOMEN, WOMEN) if woman else (OF_MEN, MEN)))),
        identity_number=_identity_number(lot, born, number, woman=woman),
        born=born,
        decomposed=lot.random() < 1 / 8,
        known=lot.random() >= 1 / 40,
    )


def _identity_number(lot: Random, born: date, number: int, *, woman: bool) -> str:
    """Province, one digit for century and sex, year of birth, then six digits: here the number of the person."""
    century_and_sex = (0 if born.year < 2000 else 2) + woman
    return f"{lot.choice(PROVINCE_OF_BIRTH)}{century_and_sex}{born:%y}{number:06d}"
