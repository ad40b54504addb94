"""Reads the question in the address of the register: the filter, the order, the columns.

What cannot be used is said, with its code, and what remains is kept apart: a condition that is left out would show more
dossiers than were asked for, so nothing is searched until the person says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from activities.ledger.search.order import SearchOrder, SortKey
from domain.inconsistency import Inconsistent
from domain.text.json_reader import read_json
from gateway.api.dossiers.kept_filters import Fault, fault, usable
from gateway.api.dossiers.search_bodies import DossierFilterBody
from gateway.console.register.messages import RegisterFault
from gateway.i18n.search_fields import field_name
from gateway.i18n.wording import say
from gateway.views.exports.columns import COLUMNS, Column

LONGEST = 6_000
"""Characters of a filter in an address: 129 communes, and much more."""
HOME = "/console/register"
SAVED = re.compile("ss-[0-9a-f]{12}")
"""The id of a saved search."""
BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}
USUAL = ("code", "state", "procedure", "responsible", "assignee", "received_at", "promised_due", "statutory_due")
"""The columns that are shown when nobody chose."""


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
    wanted, wrong = usable(given)
    names = [name for name in given if name not in wanted.model_fields_set]
    return wanted, [_in_plain_words(one, name) for one, name in zip(wrong, names, strict=True)]


def _in_plain_words(wrong: Fault, name: str) -> Fault:
    """The same fault for people: an address has values that nobody types, so they choose anew."""
    called = field_name(name[:60])
    words = say(
        f"Điều kiện “{called.vi}” trong địa chỉ không đọc được nên đã bỏ ra. Hãy chọn lại điều kiện này.",
        f"The condition “{called.en}” of the address cannot be read and was left out. Choose it again.",
    )
    return Fault(wrong.code, words)


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
