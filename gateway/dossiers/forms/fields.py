"""The fields of a form, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from domain.text.folding import fold
from domain.values import Bilingual, Value

LONGEST_NUMBER = 9
"""Digits of a number in a hidden input: it fits into the numbers of the database."""

Typed = Mapping[str, Sequence[str]]
"""What was typed: the values of each input by its name, as a browser posts them."""


class FieldKind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    """Whole dong; `20.000` and `20000` are the same."""
    DAY = "day"
    """`31/12/2025`."""
    INSTANT = "instant"
    """`31/12/2025 09:30`, in Vietnam."""
    FILE_HASH = "file_hash"
    """The SHA-256 of a file."""
    CHOICE = "choice"
    SUGGESTED = "suggested"
    """One of so many options that people type letters of it."""
    CAPACITY = "capacity"
    """The role and the unit in which the person acts."""
    CHECKBOX = "checkbox"
    YES_NO = "yes_no"
    """A question that must be answered: neither answer is preselected."""
    SEVERAL = "several"
    DOCUMENTS = "documents"
    """Documents that came: each with whether it is an original, digitised, reused, and the hash of its file."""
    GROUP = "group"
    VARIANTS = "variants"
    """One of several groups. Each group has the `tag` of its variant."""


class Option(Value):
    """One value that may be chosen, and its name."""

    value: str
    words: Bilingual


class FormField(Value):
    """One field of a form."""

    place: tuple[str, ...]
    """Where an error of it is: the place in the body, with the tags of the variants above it."""
    path: tuple[str, ...]
    """Where its value stands in the body."""
    kind: FieldKind
    label: Bilingual
    hint: Bilingual | None = None
    required: bool = False
    options: tuple[Option, ...] = ()
    fields: tuple[FormField, ...] = ()
    """The fields of a group; the groups of variants."""
    tag: str = ""
    """Of a group among variants: the variant."""
    selector: str = ""
    """Of variants: the key of the body that has the tag."""
    numeric: bool = False
    """Of a choice: its value is a number."""
    longest: int | None = None
    """The most characters."""

    @property
    def name(self) -> str:
        """The name of its input."""
        return ".".join(self.place)

    @property
    def id(self) -> str:
        """The id of its element."""
        return "f-" + "-".join(self.place).replace("_", "-")

    def option_of(self, text: str) -> Option | None:
        """The option that a person named."""
        return option_named(self.options, text)


def option_named(options: Sequence[Option], text: str) -> Option | None:
    """The option that a person named by its code, as it was suggested, or by its name, with or without accents.

    Some whole words of a name name it too: `ha nam` is Phường Hà Nam. What fits several options names none.
    """
    wanted = " ".join(text.split())
    code, words = wanted.partition(" ")[0], set(fold(wanted).split())
    exact = [one for one in options if wanted in (one.value, one.words.vi, one.words.en)]
    coded = [one for one in options if code == one.value]
    named = [one for one in options if fold(wanted) == fold(one.words.vi)]
    partly = [one for one in options if words and words <= set(fold(one.words.vi).split())]
    return next((found[0] for found in (exact, coded, named, partly) if len(found) == 1), None)


def suggestion(option: Option) -> str:
    """An option as it is suggested: its code, then its name. The name may change until the form is sent."""
    name = option.words.vi
    return name if name.partition(" ")[0] == option.value else f"{option.value} {name}"


def every_field(fields: Iterable[FormField]) -> Iterator[FormField]:
    """Every field with those inside it, the outer ones first."""
    for field in fields:
        yield field
        yield from every_field(field.fields)


def first_of(typed: Typed, name: str) -> str:
    """The text that was typed into an input; empty when it did not come."""
    return next(iter(typed.get(name, ())), "")


def number_in(typed: Typed, name: str) -> int | None:
    """The whole number that a hidden input had, such as the version of a dossier; None when it is none, or too large
    for one."""
    text = first_of(typed, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None
