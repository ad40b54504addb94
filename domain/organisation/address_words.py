"""Reads an address without punctuation, word by word from its end, by the names of known units.

`xa tien ngoai huyen duy tien tinh ha nam` has no comma and no accent: only the names show where one part ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from domain.organisation.names import Part, PartKind, fold_name, parts
from domain.organisation.organisation import Organisation
from domain.text.folding import fold

LONGEST_NAME = 5
"""In words; a little more than the longest name of a unit."""
LONGEST_ADDRESS = 80
"""In words; a longer text is not read as an address."""

_WORD = re.compile(r"[^\W_]+")
_COUNTRY = ("viet nam", "vn")
_COMMUNE = {"phuong": "phuong", "p": "phuong", "xa": "xa", "x": "xa", "thi tran": "thi tran", "tt": "thi tran"}
_DISTRICT = {
    "huyen": "huyen", "h": "huyen", "thi xa": "thi xa", "tx": "thi xa", "thanh pho": "thanh pho", "tp": "thanh pho",
}  # fmt: skip
_PROVINCE = {"tinh": "tinh", "t": "tinh"}
_ACCENTED = {
    "phuong": "phường", "xa": "xã", "thi": "thị", "tran": "trấn", "huyen": "huyện", "thanh": "thành", "pho": "phố",
    "tinh": "tỉnh",
}  # fmt: skip
_PLACES = frozenset({"thon", "xom", "to", "ap", "so", "duong", "pho", "ngo", "khu", "lang", "ban", "ngach", "hem"})


class _Word(NamedTuple):
    text: str
    folded: str
    at: int


class _Found(NamedTuple):
    """A known name with its prefix: the words from `begin` to `end`, as one part of the address."""

    begin: int
    end: int
    part: Part
    prefixed: bool
    """A word before the name says what kind of unit it is."""


class Reading(NamedTuple):
    """One possible reading of an address. `commune` is the index of the commune in `parts`."""

    begin: int
    end: int
    """The words from `begin` to `end` are the commune's."""
    commune: int
    parts: tuple[Part, ...]


def readings(address: str, organisation: Organisation) -> Iterator[Reading]:
    """Every reading of the end of an address as a commune, its district and its province, with the parts before them.

    Words that mean "commune" must be used: a name without such a word counts only if they are all inside the name
    ("dinh xa").
    """
    words = [_Word(m.group(), fold(m.group()), m.start()) for m in _WORD.finditer(address)]
    if len(words) > LONGEST_ADDRESS:
        return
    sizes_of_country = (len(name.split()) for name in _COUNTRY if _folded(words[-len(name.split()) :]) == name)
    end = len(words) - next(sizes_of_country, 0)
    commune_words = [place for place in range(end) if _means_commune(words, place)]
    for commune, wider in _read(words, end, organisation):
        inside = all(commune.begin <= place < commune.end for place in commune_words)
        if commune.prefixed or (inside and not _of_a_street(words, commune.begin)):
            narrower = tuple(_as_place(part) for part in parts(address[: words[commune.begin].at]))
            yield Reading(commune.begin, commune.end, len(narrower), (*narrower, commune.part, *wider))


def _as_place(part: Part) -> Part:
    """Marks a part like `thon dong` as a place: its first word, without accents, means a hamlet."""
    first, _, name = part.folded.partition(" ")
    if part.kind is not PartKind.UNSAID or first not in _PLACES or not name:
        return part
    return part.model_copy(update={"kind": PartKind.PLACE, "folded": name})


def _folded(words: list[_Word]) -> str:
    return " ".join(word.folded for word in words)


def _read(words: list[_Word], end: int, organisation: Organisation) -> Iterator[tuple[_Found, tuple[Part, ...]]]:
    """Each possible commune with its wider parts. The province and the district may be missing, the commune may not."""
    provinces = {fold_name(name): PartKind.PROVINCE for name, above in organisation.areas if above is None}
    districts = {fold_name(name): PartKind.DISTRICT for name, above in organisation.areas if above is not None}
    for province in (None, *_names(words, end, _PROVINCE, provinces)):
        at = end if province is None else province.begin
        for district in (None, *_names(words, at, _DISTRICT, districts)):
            wider = tuple(found.part for found in (district, province) if found is not None)
            for commune in _communes(words, at if district is None else district.begin, organisation):
                yield commune, wider


def _communes(words: list[_Word], end: int, organisation: Organisation) -> Iterator[_Found]:
    """The names with a commune's prefix, and the longest name. A shorter name without prefix is only a part of it."""
    names = (_folded(words[start:end]) for start in range(max(0, end - LONGEST_NAME), end))
    known = {name: PartKind.UNSAID for name in names if organisation.named(name)}
    found = list(_names(words, end, _COMMUNE, known))
    yield from (commune for place, commune in enumerate(found) if commune.prefixed or place == 0)


def _names(
    words: list[_Word], end: int, prefixes: Mapping[str, str], known: Mapping[str, PartKind]
) -> Iterator[_Found]:
    """The known names that end at `end`, the longest first, each with its prefix."""
    for start in range(max(0, end - LONGEST_NAME), end):
        name = words[start:end]
        kind = known.get(_folded(name))
        if kind is None:
            continue
        sizes = (size for size in (2, 1) if size <= start and _prefix(words[start - size : start], prefixes))
        size = next(sizes, 0)
        if size == 1 and _of_a_town(words, start - 1):
            size = 0
        begin = start - size
        prefix = prefixes[_folded(words[begin:start])] if size else ""
        yield _Found(
            begin=begin,
            end=end,
            part=Part(
                kind=PartKind.COMMUNE if prefix and kind is PartKind.UNSAID else kind,
                prefix=prefix,
                exact=" ".join(word.text.casefold() for word in name),
                folded=_folded(name),
                text=" ".join(word.text for word in words[begin:end]),
            ),
            prefixed=bool(prefix),
        )


def _prefix(words: list[_Word], prefixes: Mapping[str, str]) -> bool:
    """True for a prefix with its accents or without any: `Xá` is not `xã`."""
    return _folded(words) in prefixes and all(
        word.text.casefold() in (word.folded, _ACCENTED.get(word.folded)) for word in words
    )


def _of_a_town(words: list[_Word], place: int) -> bool:
    """True for `xa` after `thi`: a `thị xã` is a district, not a commune."""
    return place > 0 and words[place].folded == "xa" and words[place - 1].folded == "thi"


def _means_commune(words: list[_Word], place: int) -> bool:
    if _prefix(words[place : place + 2], {"thi tran": ""}):
        return True
    return (
        words[place].folded in ("phuong", "xa")
        and _prefix(words[place : place + 1], _COMMUNE)
        and not _of_a_town(words, place)
    )


def _of_a_street(words: list[_Word], place: int) -> bool:
    """True if the word before makes it the name of a street, a hamlet or a district, not of a commune."""
    before = words[place - 1].folded if place else ""
    return (
        before in _PLACES
        or before in _DISTRICT
        or before in _PROVINCE
        or _folded(words[max(0, place - 2) : place]) in _DISTRICT
    )
