"""How people write the names of units: prefixes, abbreviations, accents, and the parts of an address."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from domain.text.folding import fold
from domain.values import Value, normalised


class PartKind(StrEnum):
    """The kind of place that the word before a name means."""

    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"
    PLACE = "place"  # a hamlet, a street, a number: never a unit
    UNSAID = "unsaid"


class Part(Value):
    """One part of an address: `xã Tiên Ngoại` is a COMMUNE, its prefix `xa`, its name `tien ngoai`."""

    kind: PartKind
    prefix: str
    exact: str
    """Lower case, with accents."""
    folded: str
    """Lower case, without accents."""
    text: str = ""
    """As it was written, with its prefix."""


# Longest first: "thị xã" before "xã". Abbreviations are matched with a dot or a space after them.
_PREFIXES: tuple[tuple[str, PartKind, str], ...] = (
    ("thành phố", PartKind.DISTRICT, "thanh pho"),
    ("thị trấn", PartKind.COMMUNE, "thi tran"),
    ("thị xã", PartKind.DISTRICT, "thi xa"),
    ("phường", PartKind.COMMUNE, "phuong"),
    ("huyện", PartKind.DISTRICT, "huyen"),
    ("tỉnh", PartKind.PROVINCE, "tinh"),
    ("xã", PartKind.COMMUNE, "xa"),
    ("tp.", PartKind.DISTRICT, "thanh pho"),
    ("tp", PartKind.DISTRICT, "thanh pho"),
    ("tt.", PartKind.COMMUNE, "thi tran"),
    ("tx.", PartKind.DISTRICT, "thi xa"),
    ("h.", PartKind.DISTRICT, "huyen"),
    ("p.", PartKind.COMMUNE, "phuong"),
    ("x.", PartKind.COMMUNE, "xa"),
    ("t.", PartKind.PROVINCE, "tinh"),
    *((word, PartKind.PLACE, "") for word in ("thôn", "xóm", "tổ", "ấp", "số", "đường", "phố", "ngõ", "khu", "làng")),
)
_UNACCENTED = {
    "thanh pho": (PartKind.DISTRICT, "thanh pho"),
    "thi tran": (PartKind.COMMUNE, "thi tran"),
    "thi xa": (PartKind.DISTRICT, "thi xa"),
    "phuong": (PartKind.COMMUNE, "phuong"),
    "huyen": (PartKind.DISTRICT, "huyen"),
    "tinh": (PartKind.PROVINCE, "tinh"),
    "xa": (PartKind.COMMUNE, "xa"),
}
# A new part begins at a comma, or before an accented administrative word ("xã A huyện B" is two parts).
_SEPARATOR = re.compile(
    r"[,;\n]+|\s[-–]\s|\s+(?=(?:phường|thị trấn|thị xã|(?<!thị )xã|huyện|thành phố|tỉnh)\s)", re.IGNORECASE
)
_COUNTRY = frozenset({"viet nam", "vn"})


@lru_cache(maxsize=4_096)
def part(text: str) -> Part:
    """One part of an address, split into its prefix and its name."""
    exact = " ".join(normalised(text).casefold().split()).strip(" .")
    for word, kind, prefix in _PREFIXES:
        if exact.startswith(word) and (word.endswith(".") or exact[len(word) : len(word) + 1] == " "):
            name = exact[len(word) :].strip()
            return Part(kind=kind, prefix=prefix, exact=name, folded=fold(name), text=text)
    folded = fold(exact)
    for word, (kind, prefix) in _UNACCENTED.items():
        if folded == exact and folded.startswith(word + " "):
            name = folded[len(word) + 1 :]
            return Part(kind=kind, prefix=prefix, exact=name, folded=name, text=text)
    return Part(kind=PartKind.UNSAID, prefix="", exact=exact, folded=folded, text=text)


_NUMBERED = re.compile(r"(?:thon|xom|to|ap|khu|lang|ban)(?: (?:dan pho|pho))?(?: so)? [0-9]{1,3}[a-z]?")


def pieces(address: str) -> tuple[str, ...]:
    """The parts of an address as they are written, from the narrowest to the widest."""
    return tuple(piece for piece in (piece.strip() for piece in _SEPARATOR.split(normalised(address))) if piece)


def is_numbered_hamlet(piece: str) -> bool:
    """True for `Thôn 3`, `tổ dân phố số 12`, `xom 5a`: the number is too short to be a person's."""
    return _NUMBERED.fullmatch(fold(piece)) is not None


def parts(address: str) -> tuple[Part, ...]:
    """The parts of an address from the narrowest to the widest, without the country."""
    bare = (piece.strip(" ()") for piece in pieces(address))
    return tuple(p for p in (part(piece) for piece in bare if piece) if p.folded not in _COUNTRY)


@lru_cache(maxsize=8_192)
def fold_name(name: str) -> str:
    """The folded name of a unit without its prefix: `Thị xã Duy Tiên` is `duy tien`."""
    return part(name).folded


@lru_cache(maxsize=8_192)
def exact_name(name: str) -> str:
    """The name of a unit without its prefix, with its accents, in lower case: `Thị xã Duy Tiên` is `duy tiên`."""
    return part(name).exact
