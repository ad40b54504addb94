"""Reads a search that was kept or came in an address: what of it can be used today, and what cannot, in words.

A filter may be older than this release, or than the organisation of today. Nothing of it is left out silently.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from activities.ledger.saved_searches import SavedSearch
from activities.ledger.search.order import SearchOrder, SortKey
from domain.deadlines.calendar import ONE_DAY
from domain.field_errors import words_of
from domain.messages.coded import CodedSentence
from domain.organisation.organisation import Organisation
from domain.organisation.staff import Staff
from domain.rules.province import Province
from domain.text.folding import fold
from domain.text.sentences import filled
from domain.values import Bilingual
from gateway.api.dossiers.search_bodies import DossierFilterBody
from gateway.api.messages import KeptFilterFault
from gateway.client.requests import validated_strictly
from gateway.i18n.search_fields import field_name
from gateway.views.exports.columns import COLUMNS
from gateway.views.names import Names

COLUMN_KEYS = frozenset(column.key for column in COLUMNS)
Telling = Callable[[Any], Bilingual]
_FILTER: TypeAdapter[DossierFilterBody] = TypeAdapter(DossierFilterBody)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a part of a filter or an address, or with what it names: its stable code, its sentence."""

    code: str
    words: Bilingual


def fault(sentence: CodedSentence, **facts: object) -> Fault:
    """The fault with these facts."""
    return Fault(sentence.value, filled(sentence.sentence, facts))


def plain(wanted: DossierFilterBody) -> dict[str, Any]:
    """The filter as JSON, without what does not restrict."""
    found: dict[str, Any] = json.loads(wanted.model_dump_json(exclude_none=True, exclude_defaults=True))
    return found


def usable(given: Mapping[str, Any], telling: Telling = words_of) -> tuple[DossierFilterBody, list[Fault]]:
    """The conditions of a filter that can be used, and what is wrong with the others. Each stands for itself.

    `telling`: the words for an error of pydantic; without it, those for programs.
    """
    good: dict[str, Any] = {}
    wrong: list[Fault] = []
    for name, value in given.items():
        try:
            validated_strictly(_FILTER, {name: value})
            good[name] = value
        except ValidationError as found:
            wrong.append(_condition_wrong(name, found, telling))
    return validated_strictly(_FILTER, good), wrong


def _condition_wrong(name: str, found: ValidationError, telling: Telling) -> Fault:
    words = telling(found.errors(include_input=False, include_url=False)[0])
    problem = Bilingual(vi=words.vi.removesuffix("."), en=words.en.removesuffix("."))
    return fault(KeptFilterFault.CONDITION_WRONG, field=field_name(name[:60]), problem=problem)


def unknown_codes(wanted: DossierFilterBody, names: Names, province: Province, staff: Staff) -> Iterator[Fault]:
    """What a filter names that does not exist, which finds nothing, and the units that have ended, which are found.

    Such a condition is kept, and we say why.
    """
    units = wanted.units.codes if wanted.units else ()
    known: Mapping[str, tuple[Sequence[str], Callable[[str], bool]]] = {
        "units": (units, lambda code: bool(names.organisation and names.organisation.periods(code))),
        "procedures": (wanted.procedures or (), lambda code: code in names.procedures),
        "fields": (wanted.fields or (), lambda field: fold(field) in _fields(province)),
        "officers": (wanted.officers or (), staff.knows),
        "rungs": (wanted.rungs or (), lambda code: code in names.rungs),
    }
    for name, (codes, exists) in known.items():
        for code in codes:
            if not exists(code):
                yield fault(KeptFilterFault.CODE_UNKNOWN, field=field_name(name), code=code)
    if names.organisation is not None:
        yield from _ended(units, names.organisation, names)


def _ended(codes: Sequence[str], organisation: Organisation, names: Names) -> Iterator[Fault]:
    """The units that have ended, with those into which they went."""
    for code in codes:
        begun = [one for one in organisation.periods(code) if one.valid_from <= names.on]
        if begun and organisation.find(code, names.on) is None:
            last = begun[-1]
            taken_over = ", ".join(f"{one.name} ({one.code})" for one in organisation.successors_on(last, names.on))
            ended = names.on if last.valid_to is None else last.valid_to + ONE_DAY
            facts = {"unit": f"{last.name} ({code})", "day": ended, "successors": taken_over or "–"}
            yield fault(KeptFilterFault.UNIT_ENDED, field=field_name("units"), **facts)


def order_name(order: SearchOrder) -> str:
    """The order as it is kept: `promised_due`, or `-promised_due` for the last first."""
    return ("-" if order.descending else "") + order.by.value


def order_named(name: str | None) -> SearchOrder | None:
    """The order of a name; the usual one for no name, None for a name that is none."""
    if not name:
        return SearchOrder()
    key = name.removeprefix("-")
    return SearchOrder(by=SortKey(key), descending=name.startswith("-")) if key in tuple(SortKey) else None


def unknown_names(sort: str | None, columns: Iterable[str]) -> Iterator[Fault]:
    """An order and columns that there are not: the usual order and the other columns are taken, and we say so."""
    if order_named(sort) is None:
        yield fault(KeptFilterFault.SORT_UNKNOWN)
    if not COLUMN_KEYS.issuperset(columns):
        yield fault(KeptFilterFault.COLUMNS_UNKNOWN)


def faults_of(
    kept: SavedSearch, names: Names, province: Province, staff: Staff, telling: Telling = words_of
) -> tuple[Fault, ...]:
    """Everything that is wrong with a saved search today. `telling`: as for `usable`."""
    wanted, wrong = usable(kept.filter, telling)
    return (*wrong, *unknown_codes(wanted, names, province, staff), *unknown_names(kept.sort, kept.columns))


def _fields(province: Province) -> frozenset[str]:
    return _fields_of(tuple((one.procedure.field, one.procedure.field_code) for one in province.procedures))


@lru_cache(maxsize=4)
def _fields_of(pairs: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset(fold(name) for pair in pairs for name in pair)
