"""Old and new addresses written by people, resolved to the unit of today through the succession of units.

Nothing is guessed: an address that fits two units of today, or none, says so, and a coordinator decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.organisation.names import Part, PartKind, exact_name, fold_name, is_hamlet, part, parts, pieces
from domain.organisation.units import Organisation, Unit
from domain.values import Name, Value, normalised


class Resolved(Value):
    """The address is in exactly one unit of the day. `former` is the unit it was written under, when that is gone."""

    kind: Literal["resolved"] = "resolved"
    unit: Unit
    former: Unit | None = None
    by_area: bool = False
    """True: the unit was divided, and the hamlet, street or present name in the address decided."""


class Divided(Value):
    """The address is in a former unit that was divided, and nothing in it says which part."""

    kind: Literal["divided"] = "divided"
    former: Unit
    candidates: tuple[Unit, ...]


class Unclear(Value):
    """The address fits several units, only a district or province, or nothing."""

    kind: Literal["unclear"] = "unclear"
    reason: Literal["address_unknown", "address_ambiguous", "address_too_wide"]
    candidates: tuple[Name, ...] = ()


Resolution = Annotated[Resolved | Divided | Unclear, Field(discriminator="kind")]

_PREFIX_OF_LEVEL = {"commune": "xa", "ward": "phuong", "township": "thi tran"}
_NOW = re.compile(r"[(\s,]*\bnay (?:là|thuộc)\s+([^,;()]+)\)?", re.IGNORECASE)


def resolve(address: str, organisation: Organisation, on: date) -> Resolution:
    """The unit of that day that an address, old or new, lies in."""
    now = _NOW.search(address)
    written = parts(_NOW.sub("", address))
    present = None if now is None else parts(now.group(1))
    for index in _places_to_look(written):
        fits = tuple(_fitting(written, index, organisation, on))
        wider = _wider_names(written, index, organisation)
        if fits or wider:
            return _decide(fits, wider, written[:index], present, organisation, on)
    if present:
        return resolve(now.group(1) if now else "", organisation, on)
    return Unclear(reason="address_unknown")


def administrative_part(address: str, organisation: Organisation) -> str | None:
    """What of an address decides competence and names nobody: the hamlet and what is wider. None: nothing of the kind.

    House, street and whatever else stands before it are personal data: they belong in the vault, not in an event.
    """
    text, begin = normalised(address), 0
    areas = {fold_name(name) for name, _ in organisation.areas}
    for piece in pieces(address):
        begin = text.index(piece, begin)
        found = part(piece.strip(" ()"))
        said = found.kind in (PartKind.COMMUNE, PartKind.DISTRICT, PartKind.PROVINCE)
        known = found.kind is PartKind.UNSAID and (organisation.named(found.folded) or found.folded in areas)
        if said or known or is_hamlet(piece):
            return text[begin:]
    return None


def _places_to_look(written: tuple[Part, ...]) -> list[int]:
    """Where the commune may stand: what calls itself one, else every part that may be one, narrowest first."""
    said = [index for index, p in enumerate(written) if p.kind is PartKind.COMMUNE]
    return said or [index for index, p in enumerate(written) if p.kind is not PartKind.PLACE]


def _fitting(written: tuple[Part, ...], index: int, organisation: Organisation, on: date) -> Iterator[Unit]:
    """The units, present and former, whose name stands at `index` and which the wider parts do not contradict."""
    here, wider = written[index], written[index + 1 :]
    if here.kind in (PartKind.DISTRICT, PartKind.PROVINCE):
        return
    candidates = [u for u in organisation.named(here.folded) if u.valid_from <= on and _contains(u, wider)]
    if here.prefix:
        candidates = [unit for unit in candidates if _PREFIX_OF_LEVEL[unit.level] == here.prefix] or candidates
    # Accents decide where they are written; "yen mo" without them fits every unit that folds to it.
    exact = [unit for unit in candidates if exact_name(unit.name) == here.exact]
    yield from exact or candidates


def _contains(unit: Unit, wider: tuple[Part, ...]) -> bool:
    """True when every wider part is the unit's district or province."""
    allowed = {fold_name(name) for name in (unit.district, unit.province) if name}
    return all(p.kind is not PartKind.COMMUNE and p.folded in allowed for p in wider)


def _wider_names(written: tuple[Part, ...], index: int, organisation: Organisation) -> tuple[str, ...]:
    """Names of districts and provinces that the part may mean instead, when it does not call itself a commune."""
    here, rest = written[index], written[index + 1 :]
    if here.kind is PartKind.COMMUNE:
        return ()
    names = [name for name, province in organisation.areas if fold_name(name) == here.folded and _under(rest, province)]
    return tuple(dict.fromkeys(names))


def _under(rest: tuple[Part, ...], province: str | None) -> bool:
    return all(province is not None and p.folded == fold_name(province) for p in rest)


def _decide(
    fits: tuple[Unit, ...],
    wider: tuple[str, ...],
    narrower: tuple[Part, ...],
    present: tuple[Part, ...] | None,
    organisation: Organisation,
    on: date,
) -> Resolution:
    if not fits:
        return Unclear(reason="address_too_wide", candidates=wider)
    homes = {heir.code: heir for unit in fits for heir in organisation.heirs(unit, on)}
    former = next((unit for unit in fits if not unit.in_force(on)), None)
    if len(homes) == 1 and not wider:
        home = next(iter(homes.values()))
        return Resolved(unit=home, former=None if home in fits else former)
    chosen = _by_area(fits, narrower, present, homes)
    if chosen is not None:
        return Resolved(unit=chosen, former=former, by_area=True)
    if len(fits) == 1 and former is not None and not wider:
        return Divided(former=former, candidates=tuple(homes.values()))
    return Unclear(reason="address_ambiguous", candidates=(*(_whole_name(unit) for unit in fits), *wider))


def _by_area(
    fits: tuple[Unit, ...], narrower: tuple[Part, ...], present: tuple[Part, ...] | None, homes: dict[str, Unit]
) -> Unit | None:
    """The successor that a hamlet or street of the address, or its present name ("nay là …"), points to."""
    places = {p.folded for p in narrower}
    found = {
        successor.code
        for unit in fits
        for successor in unit.successors
        if any(fold_name(area) in places for area in successor.areas)
    }
    if present:
        found |= {code for code, home in homes.items() if fold_name(home.name) == present[0].folded}
    known = found & homes.keys()
    return homes[known.pop()] if len(known) == 1 else None


def _whole_name(unit: Unit) -> str:
    return ", ".join(filter(None, (unit.name, unit.district, unit.province)))
