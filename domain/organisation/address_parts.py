"""Reads an address part by part, as commas and prefixes divide it. Every release has had this reader.

Dossiers that it routed are replayed with it, so it must not change. `addresses.py` reads what this reader cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.messages.organisation import RoutingReason
from domain.organisation.names import Part, PartKind, exact_name, fold_name, parts
from domain.organisation.organisation import Organisation
from domain.organisation.units import Unit
from domain.values import Name, Value


class Resolved(Value):
    """The address is in exactly one unit of the day. `former` is the unit that the address names, if it is closed."""

    kind: Literal["resolved"] = "resolved"
    unit: Unit
    former: Unit | None = None
    by_area: bool = False
    """True: the unit was divided, and the hamlet, street or present name in the address decided."""


class Divided(Value):
    """The address is in a former unit that was divided, and the address does not say in which part."""

    kind: Literal["divided"] = "divided"
    former: Unit
    candidates: tuple[Unit, ...]


class Unclear(Value):
    """The address fits several units, only a district or province, or nothing."""

    kind: Literal["unclear"] = "unclear"
    reason: Literal[RoutingReason.ADDRESS_UNKNOWN, RoutingReason.ADDRESS_AMBIGUOUS, RoutingReason.ADDRESS_TOO_WIDE]
    candidates: tuple[Name, ...] = ()


Resolution = Annotated[Resolved | Divided | Unclear, Field(discriminator="kind")]

_PREFIX_OF_LEVEL = {"commune": "xa", "ward": "phuong", "township": "thi tran"}
_NOW = re.compile(r"[(\s,]*\bnay (?:là|thuộc)\s+([^,;()]+)\)?", re.IGNORECASE)


def as_punctuated(address: str, organisation: Organisation, on: date) -> Resolution:
    """The unit of that day in which an address, old or new, lies."""
    now = _NOW.search(address)
    written = parts(_NOW.sub("", address))
    present = None if now is None else parts(now.group(1))
    for index in _places_to_look(written):
        fits = tuple(fitting(written, index, organisation, on))
        wider = wider_names(written, index, organisation)
        if fits or wider:
            return decide(fits, wider, written[:index], present, organisation, on)
    if present:
        return as_punctuated(now.group(1) if now else "", organisation, on)
    return Unclear(reason=RoutingReason.ADDRESS_UNKNOWN)


def _places_to_look(written: tuple[Part, ...]) -> list[int]:
    """The indexes of possible communes: parts with a commune's prefix, else all parts but places, narrowest first."""
    prefixed = [index for index, part in enumerate(written) if part.kind is PartKind.COMMUNE]
    return prefixed or [index for index, part in enumerate(written) if part.kind is not PartKind.PLACE]


def official(unit: Unit) -> frozenset[str]:
    """The folded names of the district and the province in which a unit lies or lay."""
    return frozenset(fold_name(name) for name in (unit.district, unit.province) if name)


def fitting(
    written: tuple[Part, ...],
    index: int,
    organisation: Organisation,
    on: date,
    around: Callable[[Unit], frozenset[str]] = official,
) -> Iterator[Unit]:
    """The units, present and former, with the name at `index`, unless the wider parts contradict them."""
    here, wider = written[index], written[index + 1 :]
    if here.kind in (PartKind.DISTRICT, PartKind.PROVINCE):
        return
    named = organisation.named(here.folded)
    candidates = [unit for unit in named if unit.valid_from <= on and _contains(around(unit), wider)]
    if here.prefix:
        candidates = [unit for unit in candidates if _PREFIX_OF_LEVEL[unit.level] == here.prefix] or candidates
    # If accents are written, they decide; "yen mo" without accents fits every unit that folds to it.
    exact = [unit for unit in candidates if exact_name(unit.name) == here.exact]
    yield from exact or candidates


def _contains(allowed: frozenset[str], wider: tuple[Part, ...]) -> bool:
    """True when every wider part is a district or province of the unit."""
    return all(part.kind is not PartKind.COMMUNE and part.folded in allowed for part in wider)


def wider_names(written: tuple[Part, ...], index: int, organisation: Organisation) -> tuple[str, ...]:
    """Names of districts and provinces that the part may mean instead, if it has no commune's prefix."""
    here, rest = written[index], written[index + 1 :]
    if here.kind is PartKind.COMMUNE:
        return ()
    names = [name for name, province in organisation.areas if fold_name(name) == here.folded and _under(rest, province)]
    return tuple(dict.fromkeys(names))


def _under(rest: tuple[Part, ...], province: str | None) -> bool:
    return all(province is not None and part.folded == fold_name(province) for part in rest)


def decide(
    fits: tuple[Unit, ...],
    wider: tuple[str, ...],
    narrower: tuple[Part, ...],
    present: tuple[Part, ...] | None,
    organisation: Organisation,
    on: date,
) -> Resolution:
    if not fits:
        return Unclear(reason=RoutingReason.ADDRESS_TOO_WIDE, candidates=wider)
    homes = {home.code: home for unit in fits for home in organisation.successors_on(unit, on)}
    former = next((unit for unit in fits if not unit.in_force(on)), None)
    if len(homes) == 1 and not wider:
        home = next(iter(homes.values()))
        return Resolved(unit=home, former=None if home in fits else former)
    chosen = _by_area(fits, narrower, present, homes)
    if chosen is not None:
        return Resolved(unit=chosen, former=former, by_area=True)
    if len(fits) == 1 and former is not None and not wider:
        return Divided(former=former, candidates=tuple(homes.values()))
    return Unclear(reason=RoutingReason.ADDRESS_AMBIGUOUS, candidates=(*(_whole_name(unit) for unit in fits), *wider))


def _by_area(
    fits: tuple[Unit, ...], narrower: tuple[Part, ...], present: tuple[Part, ...] | None, homes: dict[str, Unit]
) -> Unit | None:
    """The successor shown by a hamlet or street of the address, or by its present name ("nay là …")."""
    places = {part.folded for part in narrower}
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
