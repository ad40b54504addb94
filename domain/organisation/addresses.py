"""Resolves an address as people write it, old or new, to the unit of today through the mergers in between.

Nothing is guessed. If an address fits two units of today, or none, the result says so and a coordinator decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from domain.messages.organisation import RoutingReason
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

# A dash or a slash separates parts of an address, but not between two digits: "12/4" is a house number.
_SEPARATOR = re.compile(r"\s*(?:[;|\n]|\s[-–—/]\s|(?<!\d)[-–—/]|[-–—/](?!\d))\s*")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_NOW = re.compile(r"[(\s,]*\bnay (?:là|thuộc|la|thuoc)\s+([^,;()]+)\)?", re.IGNORECASE)


def resolve(address: str, organisation: Organisation, on: date) -> Resolution:
    """The unit of that day in which an address, old or new, lies.

    The address is read part by part, by its punctuation. If that fits nothing, it is read word by word.
    """
    text = _plain(address)
    found = as_punctuated(text, organisation, on)
    if isinstance(found, Unclear) and found.reason != RoutingReason.ADDRESS_AMBIGUOUS:
        # After `address_too_wide`, only a commune with its prefix is a better answer.
        too_wide = found.reason == RoutingReason.ADDRESS_TOO_WIDE
        return _by_words(text, organisation, on, only_prefixed=too_wide) or found
    return found


def administrative_part(address: str, organisation: Organisation, on: date) -> str | None:
    """The part of an address that decides competence and names nobody; None where there is no such part.

    It has the names of communes, districts and provinces, present and former, and hamlets that are numbered or in the
    data. Everything else that was typed is personal data: it belongs in the vault, not in an event. The part must
    resolve to the same unit as the whole address; otherwise nothing is kept.
    """
    text = _plain(address)
    whole = resolve(text, organisation, on)
    bare, now = _parted(text)
    present = [f"nay là {part.text}" for part in _recognised(parts(now or "")[:1], organisation)]
    for written in (parts(bare), *(reading.parts for reading in readings(bare, organisation))):
        kept = ", ".join([*(part.text for part in _recognised(written, organisation)), *present])
        if kept and resolve(kept, organisation, on) == whole:
            return kept
    return None


def _plain(address: str) -> str:
    """The text in NFC, with single spaces and commas instead of what phones, spreadsheets and web pages insert."""
    return " ".join(_SEPARATOR.sub(", ", normalised(address).translate(_INVISIBLE)).split())


def _parted(text: str) -> tuple[str, str | None]:
    """The address without its present name, and the present name ("nay là …")."""
    now = _NOW.search(text)
    return (text, None) if now is None else (_NOW.sub("", text), now.group(1))


def _recognised(written: tuple[Part, ...], organisation: Organisation) -> Iterator[Part]:
    """The parts to keep: before the commune only hamlets; from it on only names of units, districts and provinces."""
    wide = {fold_name(name) for name, _ in organisation.areas}
    commune = next((place for place, part in enumerate(written) if part.kind is PartKind.COMMUNE), 0)
    for place, part in enumerate(written):
        hamlet = is_numbered_hamlet(part.text) or (part.kind is PartKind.PLACE and part.folded in organisation.hamlets)
        known = part.kind is not PartKind.PLACE and (organisation.named(part.folded) or part.folded in wide)
        if hamlet or (known and place >= commune):
            yield part


def _by_words(text: str, organisation: Organisation, on: date, *, only_prefixed: bool) -> Resolution | None:
    """Resolves by the reading whose commune begins first, and all readings of these words. Two units are no answer."""
    bare, now = _parted(text)
    fitting_readings: list[tuple[Reading, tuple[Unit, ...], tuple[str, ...]]] = []
    for reading in readings(bare, organisation):
        fits = _fitting(reading, organisation, on)
        wider = wider_names(reading.parts, reading.commune, organisation)
        prefixed = reading.parts[reading.commune].kind is PartKind.COMMUNE
        if (fits or wider) and (prefixed or not only_prefixed):
            fitting_readings.append((reading, fits, wider))
    if not fitting_readings:
        return None
    first = min((reading for reading, _, _ in fitting_readings), key=lambda reading: reading.begin)
    same_words = [found for found in fitting_readings if found[0].begin < first.end]
    units = tuple(dict.fromkeys(unit for _, fits, _ in same_words for unit in fits))
    names = tuple(dict.fromkeys(name for _, _, wider in same_words for name in wider))
    present = parts(now) if now else None
    return decide(units, names, first.parts[: first.commune], present, organisation, on)


def _fitting(reading: Reading, organisation: Organisation, on: date) -> tuple[Unit, ...]:
    """The units whose official district and province fit the wider parts; else the units that people describe so: an
    old commune with the province of today, or a new commune with a former district.
    """

    def around(unit: Unit) -> frozenset[str]:
        names = {successor.province for successor in organisation.successors_on(unit, on)}
        if unit.in_force(on):
            names |= {name for former in organisation.predecessors(unit) for name in (former.district, former.province)}
        return official(unit) | {fold_name(name) for name in names if name}

    strictly = tuple(fitting(reading.parts, reading.commune, organisation, on))
    return strictly or tuple(fitting(reading.parts, reading.commune, organisation, on, around))
