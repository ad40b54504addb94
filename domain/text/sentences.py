"""Facts filled into the sentences that people read: a date as they write it, a value by its name, a text made harmless.

The same facts go to machines as they are (`plain`); only the sentence is for people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from domain.text.printable import printable
from domain.values import VIETNAM, Bilingual, Value

NOTHING = Bilingual(vi="–", en="–")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?")
"""A date, or an instant with its zone. One without a zone was typed wrong and is told as it was typed."""


@runtime_checkable
class Worded(Protocol):
    """A value that people know by a name: a state, a role, a channel."""

    @property
    def words(self) -> Bilingual:
        """What people call it."""
        ...


class Named(Value):
    """A code and the name behind it: machines get the code, people both."""

    code: str
    name: str

    def __str__(self) -> str:
        return self.code

    @property
    def words(self) -> Bilingual:
        """`Tờ khai (to-khai)`."""
        told = self.code if self.name == self.code else f"{self.name} ({self.code})"
        return Bilingual(vi=told, en=told)


def filled(text: Bilingual, facts: Mapping[str, object]) -> Bilingual:
    """The sentence in both languages with its facts."""
    told = {name: in_words(fact) for name, fact in facts.items()}
    return Bilingual(
        vi=text.vi.format_map(_Facts({name: _Fact(fact.vi) for name, fact in told.items()})),
        en=text.en.format_map(_Facts({name: _Fact(fact.en) for name, fact in told.items()})),
    )


def with_dots(amount: int) -> str:
    """`1.250.000`, as Vietnamese writes a large number."""
    return f"{amount:,}".replace(",", ".")


def dong(amount: int) -> str:
    """`1.250.000 đồng`."""
    return f"{with_dots(amount)} đồng"


class _Fact(str):
    """A fact in a sentence: `{amount:dong}` is an amount of money, `1.250.000`."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        if form != "dong":
            return super().__format__(form)
        return with_dots(int(self)) if self.isdecimal() else str(self)


class _Facts(dict[str, _Fact]):
    """A fact that is not known is left out of a sentence; it does not put an error in the place of another."""

    def __missing__(self, name: str) -> _Fact:
        return _Fact("?")


def in_words(fact: object) -> Bilingual:
    """A fact as a sentence says it."""
    match fact:
        case None:
            return NOTHING
        case Bilingual():
            return Bilingual(vi=printable(fact.vi), en=printable(fact.en))
        case Worded():
            return Bilingual(vi=printable(fact.words.vi), en=printable(fact.words.en))
        case tuple() | list():
            told, between = (
                [in_words(one) for one in fact],
                "; " if any(isinstance(one, Named) for one in fact) else ", ",
            )
            vi, en = between.join(one.vi for one in told), between.join(one.en for one in told)
            return Bilingual(vi=vi or "–", en=en or "–")
        case date():
            return _same(written(fact))
        case _:
            text = str(fact)
            return _same(_written_iso(text) if _ISO.fullmatch(text) else printable(text))


def many(number: int, one: str) -> str:
    """English: `1 dossier`, `2,000 dossiers`; Vietnamese has no plural."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def plain(fact: object) -> str:
    """A fact as a machine reads it."""
    match fact:
        case None:
            return "–"
        case tuple() | list():
            return ", ".join(plain(one) for one in fact) or "–"
        case datetime():
            return fact.isoformat()
        case _:
            return str(fact)


def written(when: date) -> str:
    """`16:30 05/08/2025` in Vietnam, or the day alone."""
    if isinstance(when, datetime):
        return f"{when.astimezone(VIETNAM) if when.tzinfo else when:%H:%M %d/%m/%Y}"
    return f"{when:%d/%m/%Y}"


def _written_iso(text: str) -> str:
    try:
        return written(datetime.fromisoformat(text) if len(text) > len("2025-08-05") else date.fromisoformat(text))
    except (ValueError, OverflowError):  # no such day, or one beyond what any zone can hold: told as it came
        return text


def _same(text: str) -> Bilingual:
    return Bilingual(vi=text, en=text)
