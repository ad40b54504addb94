"""Fills facts into sentences for people: a date as people write it, a value by its name, a text made safe to print.

Machines get the same facts in their plain form (`plain`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from domain.inconsistency import Inconsistent
from domain.text.printable import printable
from domain.values import VIETNAM, Bilingual, Value

NOTHING = Bilingual(vi="–", en="–")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?")
"""A date, or an instant with its zone. An instant without a zone is a typing error and is shown as typed."""


@runtime_checkable
class Worded(Protocol):
    """A value that has a name for people: a state, a role, a channel."""

    @property
    def words(self) -> Bilingual:
        """The name for people."""
        ...


class Named(Value):
    """A code with its name: machines get the code, people get both."""

    code: str
    name: str

    def __str__(self) -> str:
        return self.code

    @property
    def words(self) -> Bilingual:
        """`Tờ khai (to-khai)`."""
        name_and_code = self.code if self.name == self.code else f"{self.name} ({self.code})"
        return _same(name_and_code)


class Choice(Value):
    """A code that a person types, with its words: machines get the code, people get both."""

    code: str
    meaning: Bilingual

    def __str__(self) -> str:
        return self.code

    @property
    def words(self) -> Bilingual:
        """`counter (tại quầy)`; only the code if the word is the same."""
        vi, en = (
            self.code if word == self.code else f"{self.code} ({word})" for word in (self.meaning.vi, self.meaning.en)
        )
        return Bilingual(vi=vi, en=en)


def filled(text: Bilingual, facts: Mapping[str, object]) -> Bilingual:
    """The sentence in both languages, with its facts filled in."""
    worded = {name: in_words(fact) for name, fact in facts.items()}
    return Bilingual(
        vi=text.vi.format_map(_Facts({name: _Fact(fact.vi) for name, fact in worded.items()})),
        en=text.en.format_map(_Facts({name: _EnglishFact(fact.en) for name, fact in worded.items()})),
    )


def sentence_of(found: Inconsistent) -> Bilingual:
    """The sentence about a value that is not consistent, in both languages."""
    return filled(found.code.sentence, found.sentence_facts)


def with_dots(amount: int) -> str:
    """`1.250.000`, as Vietnamese writes a large number."""
    return f"{amount:,}".replace(",", ".")


def begun(words: str) -> str:
    """With a capital letter at the beginning; the rest as it is: it may have names."""
    return words[:1].upper() + words[1:]


def in_figures(amount: int) -> Bilingual:
    """A large number: `1.250.000` in Vietnamese, `1,250,000` in English."""
    return Bilingual(vi=with_dots(amount), en=f"{amount:,}")


def dong(amount: int) -> Bilingual:
    """An amount of money: `1.250.000 đồng`, in English `1,250,000 dong`."""
    figures = in_figures(amount)
    return Bilingual(vi=f"{figures.vi} đồng", en=f"{figures.en} dong")


class _Fact(str):
    """A fact in a sentence: `{amount:dong}` is an amount of money, `1.250.000` in Vietnamese."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        if form != "dong":
            return super().__format__(form)
        return self._figures(int(self)) if self.isdecimal() else str(self)

    def _figures(self, amount: int) -> str:
        return in_figures(amount).vi


class _EnglishFact(_Fact):
    """A fact in an English sentence: an amount of money is `1,250,000`."""

    __slots__ = ()

    def _figures(self, amount: int) -> str:
        return in_figures(amount).en


class _Facts(dict[str, _Fact]):
    """A missing fact becomes `?` in the sentence: it must not raise a second error that hides the first."""

    def __missing__(self, name: str) -> _Fact:
        return _Fact("?")


def in_words(fact: object) -> Bilingual:
    """A fact in the words of a sentence, in both languages."""
    if type(fact) is str:  # most facts are: to ask whether one has words of its own takes ten times as long
        return _text(fact)
    if fact is None:
        return NOTHING
    # To ask isinstance(fact, Worded) takes longer than all the rest: a refusal that is only tried is told in words too.
    words = fact if isinstance(fact, Bilingual) else getattr(fact, "words", None)
    match fact:
        case _ if isinstance(words, Bilingual):
            return Bilingual(vi=printable(words.vi), en=printable(words.en))
        case tuple() | list():
            items = [in_words(item) for item in fact]
            separator = "; " if any(isinstance(item, Named) for item in fact) else ", "
            vi, en = separator.join(item.vi for item in items), separator.join(item.en for item in items)
            return Bilingual(vi=vi or "–", en=en or "–")
        case date():
            return _same(written(fact))
        case _:
            return _text(str(fact))


def _text(text: str) -> Bilingual:
    return _same(_written_iso(text) if _ISO.fullmatch(text) else printable(text))


def many(number: int, singular: str) -> str:
    """English: `1 dossier`, `2,000 dossiers`. Vietnamese has no plural."""
    return f"{number:,} {singular}" if number == 1 else f"{number:,} {singular}s"


def plain(fact: object) -> str:
    """A fact in the form for machines."""
    match fact:
        case None:
            return "–"
        case tuple() | list():
            return ", ".join(plain(item) for item in fact) or "–"
        case datetime():
            return fact.isoformat()
        case _:
            return str(fact)


def written(when: date) -> str:
    """`16:30 05/08/2025` in Vietnam's time; a day without a time is `05/08/2025`."""
    if isinstance(when, datetime):
        return f"{when.astimezone(VIETNAM) if when.tzinfo else when:%H:%M %d/%m/%Y}"
    return f"{when:%d/%m/%Y}"


def _written_iso(text: str) -> str:
    try:
        return written(datetime.fromisoformat(text) if len(text) > len("2025-08-05") else date.fromisoformat(text))
    except (ValueError, OverflowError):  # no such day, or outside Python's years: shown unchanged
        return text


def _same(text: str) -> Bilingual:
    return Bilingual(vi=text, en=text)
