"""Reads the question in the address of the register: the filter, the order, the columns.

What cannot be used is said, with its code, and what remains is kept apart: a condition that is left out would show more
dossiers than were asked for, so nothing is searched until the person says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from activities.ledger.saved_searches import LONGEST_FILTER, filter_text
from activities.ledger.search.order import SearchOrder
from domain.inconsistency import Inconsistent
from domain.text.json_reader import read_json
from gateway.api.dossiers.kept_filters import Fault, fault, order_name, order_named, plain, unknown_names, usable
from gateway.api.dossiers.search_bodies import DossierFilterBody
from gateway.console.register.messages import RegisterFault
from gateway.i18n.search_fields import field_name
from gateway.i18n.wording import say
from gateway.views.exports.columns import COLUMNS, Column

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
        return order_name(self.order)

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


def written(wanted: DossierFilterBody) -> str:
    """The filter as the text that an address holds."""
    return filter_text(plain(wanted))


def in_address(filter_: Mapping[str, Any], sort: str, columns: Sequence[str]) -> str:
    """The address of a question as it is written somewhere, whether it can be used or not."""
    return f"{HOME}?{urlencode({'f': filter_text(filter_), 'sort': sort, 'columns': ','.join(columns)})}"


def asked(filter_text: str | None, sort: str | None, columns: str | None, saved: str | None = None) -> Question:
    """The question of an address."""
    saved = saved if saved and SAVED.fullmatch(saved) else None
    wanted, left_out = read_filter(filter_text)
    order, keys = order_named(sort) or SearchOrder(), columns[:LONGEST_FILTER].split(",") if columns else ()
    return Question(wanted, order, columns_named(keys), saved, tuple(left_out), tuple(unknown_names(sort, keys)))


def read_filter(text: str | None) -> tuple[DossierFilterBody, list[Fault]]:
    """What can be used of a filter's text, and what is wrong with the rest."""
    if not text:
        return DossierFilterBody(), []
    if len(text) > LONGEST_FILTER:
        return DossierFilterBody(), [fault(RegisterFault.FILTER_TOO_LONG, most=LONGEST_FILTER)]
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


def columns_named(keys: Iterable[str]) -> tuple[str, ...]:
    """The columns with these keys, each once and the code always; the usual ones where there is no such column."""
    known = [key for key in dict.fromkeys(keys) if key in BY_KEY]
    if not known:
        return USUAL
    return tuple(known if "code" in known else ["code", *known])
