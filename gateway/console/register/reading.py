"""Reads the question in the address of the register: the filter, the order, the columns.

What cannot be used is said, with its code, and what remains is kept apart: a condition that is left out would show more
dossiers than were asked for, so nothing is searched until the person says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError

from activities.ledger.search.order import SearchOrder, SortKey
from domain.field_errors import words_of
from domain.inconsistency import Inconsistent
from domain.messages.coded import CodedSentence
from domain.organisation.staff import Staff
from domain.rules.province import Province
from domain.text.folding import fold
from domain.text.json_reader import read_json
from domain.text.sentences import filled
from domain.values import Bilingual
from gateway.api.dossiers.search_bodies import DossierFilterBody
from gateway.client.requests import validated_strictly
from gateway.console.register.field_words import field_name
from gateway.console.register.messages import RegisterFault
from gateway.views.exports.columns import COLUMNS, Column
from gateway.views.names import Names

LONGEST = 6_000
"""Characters of a filter in an address: 129 communes, and much more."""
HOME = "/console/register"
SAVED = re.compile("ss-[0-9a-f]{12}")
"""The id of a saved search."""
BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}
USUAL = ("code", "state", "procedure", "responsible", "assignee", "received_at", "promised_due", "statutory_due")
"""The columns that are shown when nobody chose."""
_FILTER: TypeAdapter[DossierFilterBody] = TypeAdapter(DossierFilterBody)


@dataclass(frozen=True)
class Fault:
    """A part of the address that cannot be used: its stable code, its sentence."""

    code: str
    words: Bilingual


def fault(sentence: CodedSentence, **facts: object) -> Fault:
    """The fault with these facts."""
    return Fault(sentence.value, filled(sentence.sentence, facts))


@dataclass(frozen=True)
class Question:
    """What is asked of the register. `order`: code, ascending, unless asked otherwise. `columns`: their keys in order.

    `saved`: the saved search from which it comes. `left_out`: why a part of the filter that was given is not
    in `filter`. `faults`: what else was wrong.
    """

    filter: DossierFilterBody = field(default_factory=DossierFilterBody)
    order: SearchOrder = field(default_factory=SearchOrder)
    columns: tuple[str, ...] = USUAL
    saved: str | None = None
    left_out: tuple[Fault, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def sort(self) -> str:
        """The order as the address has it: `promised_due`, or `-promised_due` for the last first."""
        return ("-" if self.order.descending else "") + self.order.by.value

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns."""
        return tuple(BY_KEY[key] for key in self.columns)

    def written(self) -> str:
        """The filter as the address has it."""
        return written(self.filter)

    def parameters(self) -> dict[str, str]:
        """The parameters of the canonical address; what is usual is left out."""
        usual = Question()
        found = {"f": self.written(), "sort": self.sort, "columns": ",".join(self.columns)}
        same = {"f": usual.written(), "sort": usual.sort, "columns": ",".join(usual.columns)}
        said = {name: text for name, text in found.items() if text != same[name]}
        return said if self.saved is None else {**said, "saved": self.saved}

    def but(self, **changes: Any) -> Question:
        """The question with another filter, order or columns."""
        return replace(self, **changes)

    def address(self, path: str = HOME, **more: str) -> str:
        """The address of this question."""
        parameters = {**self.parameters(), **more}
        return f"{path}?{urlencode(parameters)}" if parameters else path


def plain(wanted: DossierFilterBody) -> dict[str, Any]:
    """The filter as JSON, without what does not restrict."""
    found: dict[str, Any] = json.loads(wanted.model_dump_json(exclude_none=True, exclude_defaults=True))
    return found


def written(wanted: DossierFilterBody) -> str:
    """The filter as the text that an address holds."""
    return json.dumps(plain(wanted), ensure_ascii=False, separators=(",", ":"))


def in_address(filter_: Mapping[str, Any], sort: str, columns: Sequence[str]) -> str:
    """The address of a question as it is written somewhere, whether it can be used or not."""
    text = json.dumps(filter_, ensure_ascii=False, separators=(",", ":"))
    return f"{HOME}?{urlencode({'f': text, 'sort': sort, 'columns': ','.join(columns)})}"


def asked(filter_text: str | None, sort: str | None, columns: str | None, saved: str | None = None) -> Question:
    """The question of an address."""
    saved = saved if saved and SAVED.fullmatch(saved) else None
    wanted, left_out = read_filter(filter_text)
    order = order_named(sort)
    keys, unknown = columns_named(() if not columns else columns[:LONGEST].split(","))
    faults = [fault(RegisterFault.SORT_UNKNOWN)] if order is None else []
    faults += [fault(RegisterFault.COLUMNS_UNKNOWN)] if unknown else []
    return Question(wanted, order or SearchOrder(), keys, saved, tuple(left_out), tuple(faults))


def read_filter(text: str | None) -> tuple[DossierFilterBody, list[Fault]]:
    """What can be used of a filter's text, and what is wrong with the rest."""
    if not text:
        return DossierFilterBody(), []
    if len(text) > LONGEST:
        return DossierFilterBody(), [fault(RegisterFault.FILTER_TOO_LONG, most=LONGEST)]
    try:
        given = read_json(text)
    except Inconsistent:
        given = None
    if not isinstance(given, dict):
        return DossierFilterBody(), [fault(RegisterFault.FILTER_UNREADABLE)]
    return usable(given)


def usable(given: Mapping[str, Any]) -> tuple[DossierFilterBody, list[Fault]]:
    """The conditions of a filter that can be used, and what is wrong with the others. Each stands for itself."""
    good: dict[str, Any] = {}
    wrong: list[Fault] = []
    for name, value in given.items():
        try:
            validated_strictly(_FILTER, {name: value})
            good[name] = value
        except ValidationError as found:
            wrong.append(_condition_wrong(name, found))
    return validated_strictly(_FILTER, good), wrong


def _condition_wrong(name: str, found: ValidationError) -> Fault:
    words = words_of(found.errors(include_input=False, include_url=False)[0])
    return fault(RegisterFault.CONDITION_WRONG, field=field_name(name[:60]), problem=words)


def order_named(sort: str | None) -> SearchOrder | None:
    """The order of a name; the usual one for no name, None for a name that is none."""
    if not sort:
        return SearchOrder()
    name = sort.removeprefix("-")
    return SearchOrder(by=SortKey(name), descending=sort.startswith("-")) if name in tuple(SortKey) else None


def columns_named(keys: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """The columns with these keys, each once and the code always; and whether a key was none."""
    given = list(dict.fromkeys(keys))
    known = [key for key in given if key in BY_KEY]
    if not known:
        return USUAL, bool(given)
    return tuple(known if "code" in known else ["code", *known]), len(known) < len(given)


def unknown_codes(wanted: DossierFilterBody, names: Names, province: Province, staff: Staff) -> Iterator[Fault]:
    """What a filter names that does not exist any more. Such a condition is kept: it finds nothing, and we say why."""
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
                yield fault(RegisterFault.CODE_UNKNOWN, field=field_name(name), code=code)


def _fields(province: Province) -> frozenset[str]:
    return _fields_of(tuple((one.procedure.field, one.procedure.field_code) for one in province.procedures))


@lru_cache(maxsize=4)
def _fields_of(pairs: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset(fold(name) for pair in pairs for name in pair)
