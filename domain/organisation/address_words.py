"""An address without the punctuation that parts it, read word by word from its end against the names that exist.

`xa tien ngoai huyen duy tien tinh ha nam` has no comma and no accent: only the names say where one part ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from domain.organisation.names import Part, PartKind, fold, fold_name, parts
from domain.organisation.organisation import Organisation

LONGEST_NAME = 5
"""Words of the longest name of a unit, with room."""
LONGEST_ADDRESS = 80
"""Words; an address that is longer is no address."""

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
    """A name that ends where it was looked for: the words from `begin` to `end`, and the part that they are."""

    begin: int
    end: int
    part: Part
    said: bool
    """A word before the name says what it is."""


class Reading(NamedTuple):
    """One way to read an address; `commune` is the place of the commune among the parts."""

    begin: int
    end: int
    """Which words are the commune's."""
    commune: int
    parts: tuple[Part, ...]


def readings(address: str, organisation: Organisation) -> Iterator[Reading]:
    """Every way in which the end of an address names a commune, its district and its province, with what stands before.

    Words that say "commune" bind: a name without one counts only where all of them are inside it ("dinh xa").
    """
    words = [_Word(m.group(), fold(m.group()), m.start()) for m in _WORD.finditer(address)]
    if len(words) > LONGEST_ADDRESS:
        return
    end = next(
        (len(words) - len(one.split()) for one in _COUNTRY if _folded(words[-len(one.split()) :]) == one), len(words)
    )
    saying = [place for place in range(end) if _says_commune(words, place)]
    for commune, wider in _read(words, end, organisation):
        inside = all(commune.begin <= place < commune.end for place in saying)
        if commune.said or (inside and not _of_a_street(words, commune.begin)):
            narrower = tuple(_as_place(one) for one in parts(address[: words[commune.begin].at]))
            yield Reading(commune.begin, commune.end, len(narrower), (*narrower, commune.part, *wider))


def _as_place(one: Part) -> Part:
    """`thon dong`, which says without accents that it is a hamlet."""
    first, _, name = one.folded.partition(" ")
    if one.kind is not PartKind.UNSAID or first not in _PLACES or not name:
        return one
    return one.model_copy(update={"kind": PartKind.PLACE, "folded": name})


def _folded(words: list[_Word]) -> str:
    return " ".join(word.folded for word in words)


def _read(words: list[_Word], end: int, organisation: Organisation) -> Iterator[tuple[_Found, tuple[Part, ...]]]:
    """The province and the district may be left out; the commune may not."""
    provinces = {fold_name(name): PartKind.PROVINCE for name, above in organisation.areas if above is None}
    districts = {fold_name(name): PartKind.DISTRICT for name, above in organisation.areas if above is not None}
    for province in (None, *_names(words, end, _PROVINCE, provinces)):
        at = end if province is None else province.begin
        for district in (None, *_names(words, at, _DISTRICT, districts)):
            wider = tuple(one.part for one in (district, province) if one is not None)
            for commune in _communes(words, at if district is None else district.begin, organisation):
                yield commune, wider


def _communes(words: list[_Word], end: int, organisation: Organisation) -> Iterator[_Found]:
    """What says that it is a commune, and the longest name: a shorter one is a part of it."""
    names = (_folded(words[start:end]) for start in range(max(0, end - LONGEST_NAME), end))
    known = {name: PartKind.UNSAID for name in names if organisation.named(name)}
    found = list(_names(words, end, _COMMUNE, known))
    yield from (one for place, one in enumerate(found) if one.said or place == 0)


def _names(
    words: list[_Word], end: int, prefixes: Mapping[str, str], known: Mapping[str, PartKind]
) -> Iterator[_Found]:
    """The known names that end here, the longest first, with the word that says what they are."""
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
            said=bool(prefix),
        )


def _prefix(words: list[_Word], prefixes: Mapping[str, str]) -> bool:
    """With its accents or with none: `Xá` is no `xã`."""
    return _folded(words) in prefixes and all(
        word.text.casefold() in (word.folded, _ACCENTED.get(word.folded)) for word in words
    )


def _of_a_town(words: list[_Word], place: int) -> bool:
    """`xa` behind `thi` says a town of a district, not a commune."""
    return place > 0 and words[place].folded == "xa" and words[place - 1].folded == "thi"


def _says_commune(words: list[_Word], place: int) -> bool:
    if _prefix(words[place : place + 2], {"thi tran": ""}):
        return True
    return (
        words[place].folded in ("phuong", "xa")
        and _prefix(words[place : place + 1], _COMMUNE)
        and not _of_a_town(words, place)
    )


def _of_a_street(words: list[_Word], place: int) -> bool:
    """A street, a hamlet or a district of that name, not a commune."""
    before = words[place - 1].folded if place else ""
    return (
        before in _PLACES
        or before in _DISTRICT
        or before in _PROVINCE
        or _folded(words[max(0, place - 2) : place]) in _DISTRICT
    )
