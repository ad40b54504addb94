"""Old and new addresses written by people, resolved to the unit of today through the succession of units.

Nothing is guessed: an address that fits two units of today, or none, says so, and a coordinator decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from domain.organisation.address_parts import (
    Divided,
    Resolution,
    Resolved,
    Unclear,
    as_punctuated,
    decide,
    fitting,
    official,
    wider_names,
)
from domain.organisation.address_words import Reading, readings
from domain.organisation.names import Part, PartKind, fold_name, is_numbered_hamlet, parts
from domain.organisation.organisation import Organisation
from domain.organisation.units import Unit
from domain.values import normalised

__all__ = ["Divided", "Resolution", "Resolved", "Unclear", "administrative_part", "resolve"]

# A dash or a slash parts an address, but not two digits: "12/4" is a house.
_SEPARATOR = re.compile(r"\s*(?:[;|\n]|\s[-–—/]\s|(?<!\d)[-–—/]|[-–—/](?!\d))\s*")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_NOW = re.compile(r"[(\s,]*\bnay (?:là|thuộc|la|thuoc)\s+([^,;()]+)\)?", re.IGNORECASE)


def resolve(address: str, organisation: Organisation, on: date) -> Resolution:
    """The unit of that day that an address, old or new, lies in.

    Read part by part as it is punctuated; where that fits nothing, word by word against the names that exist.
    """
    text = _plain(address)
    found = as_punctuated(text, organisation, on)
    if isinstance(found, Unclear) and found.reason != "address_ambiguous":
        too_wide = found.reason == "address_too_wide"  # unless a word says that a commune is named before
        return _by_words(text, organisation, on, only_said=too_wide) or found
    return found


def administrative_part(address: str, organisation: Organisation, on: date) -> str | None:
    """What of an address decides competence and names nobody. None: nothing of the kind.

    The names of communes, districts and provinces, present and former, and hamlets that are numbered or in the data.
    Whatever else somebody typed is personal data: it belongs in the vault, not in an event. What is kept decides as the
    whole does; where it would not, nothing is kept.
    """
    text = _plain(address)
    whole = resolve(text, organisation, on)
    bare, now = _parted(text)
    present = [f"nay là {one.text}" for one in _recognised(parts(now or "")[:1], organisation)]
    for reading in (parts(bare), *(one.parts for one in readings(bare, organisation))):
        kept = ", ".join([*(one.text for one in _recognised(reading, organisation)), *present])
        if kept and resolve(kept, organisation, on) == whole:
            return kept
    return None


def _plain(address: str) -> str:
    """NFC, single plain spaces, commas: what a phone, a spreadsheet or a web page puts between words and parts."""
    return " ".join(_SEPARATOR.sub(", ", normalised(address).translate(_INVISIBLE)).split())


def _parted(text: str) -> tuple[str, str | None]:
    """The address without its present name, and the present name ("nay là …")."""
    now = _NOW.search(text)
    return (text, None) if now is None else (_NOW.sub("", text), now.group(1))


def _recognised(written: tuple[Part, ...], organisation: Organisation) -> Iterator[Part]:
    """Before the commune only hamlets; from it on only names of units, districts and provinces."""
    wide = {fold_name(name) for name, _ in organisation.areas}
    said = next((place for place, one in enumerate(written) if one.kind is PartKind.COMMUNE), 0)
    for place, one in enumerate(written):
        hamlet = is_numbered_hamlet(one.text) or (one.kind is PartKind.PLACE and one.folded in organisation.hamlets)
        known = one.kind is not PartKind.PLACE and (organisation.named(one.folded) or one.folded in wide)
        if hamlet or (known and place >= said):
            yield one


def _by_words(text: str, organisation: Organisation, on: date, *, only_said: bool) -> Resolution | None:
    """The reading whose commune begins first, and whatever else the same words may name: two units are no answer."""
    bare, now = _parted(text)
    told: list[tuple[Reading, tuple[Unit, ...], tuple[str, ...]]] = []
    for reading in readings(bare, organisation):
        fits = _fitting(reading, organisation, on)
        wider = wider_names(reading.parts, reading.commune, organisation)
        said = reading.parts[reading.commune].kind is PartKind.COMMUNE
        if (fits or wider) and (said or not only_said):
            told.append((reading, fits, wider))
    if not told:
        return None
    first = min((reading for reading, _, _ in told), key=lambda reading: reading.begin)
    told = [one for one in told if one[0].begin < first.end]
    units = tuple(dict.fromkeys(unit for _, fits, _ in told for unit in fits))
    names = tuple(dict.fromkeys(name for _, _, wider in told for name in wider))
    present = parts(now) if now else None
    return decide(units, names, first.parts[: first.commune], present, organisation, on)


def _fitting(reading: Reading, organisation: Organisation, on: date) -> tuple[Unit, ...]:
    """First the units of which the wider parts say what was ever official; else those of which people say it: an old
    commune with the province of today, a new one with a district that has gone.
    """

    def around(unit: Unit) -> frozenset[str]:
        names = {heir.province for heir in organisation.heirs(unit, on)}
        if unit.in_force(on):
            names |= {name for former in organisation.forebears(unit) for name in (former.district, former.province)}
        return official(unit) | {fold_name(name) for name in names if name}

    strictly = tuple(fitting(reading.parts, reading.commune, organisation, on))
    return strictly or tuple(fitting(reading.parts, reading.commune, organisation, on, around))
