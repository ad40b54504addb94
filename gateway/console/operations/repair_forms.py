"""The form of a plan: the order, the dossiers, the reason and the rate that it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from activities.ledger.search.query import SearchFilter
from domain.field_errors import InvalidField
from domain.repairs.orders import RepairKind, RepairOrder
from domain.repairs.plans import FASTEST, SLOWEST
from domain.values import DOSSIER_CODE, VIETNAM
from gateway.api.dossiers.search_bodies import DossierFilterBody
from gateway.client.requests import validated_strictly
from gateway.console.register.reading import Question, read_filter
from gateway.console.register.rows import Asking
from gateway.console.visits import Visit
from gateway.dossiers.forms.faults import errors_of, words_on_form
from gateway.i18n.wording import say

Fields = Mapping[str, list[str]]
LABELS = {
    "kind": "What is done", "codes": "Dossier codes", "why": "Why", "rate": "Dossiers a second, at most",
    "point": "To which point", "event": "Number of the event", "time": "Instant, in Vietnam", "build": "Build",
    "system": "Only calls to this system", "procedure": "Hash of the procedure", "escalation": "Hash of the ladder",
}  # fmt: skip
"""What stands beside the fields of the form."""
NO_KIND = say("hãy chọn một việc", "choose one")
NO_CODES = say(
    "hãy ghi mã hồ sơ, hoặc mở biểu mẫu này từ trang Danh sách hồ sơ với điều kiện đang lọc",
    "give codes, or open this form from the register with its conditions",
)
TWO_WAYS = say("đã có điều kiện của danh sách thì không ghi mã", "with conditions of the register, give no codes")
STUCK_ALONE = say("chọn “Mọi hồ sơ kẹt” thì không ghi mã", "with “Everything that is stuck”, give no codes")
NO_REASON = say("hãy ghi lý do: lý do được ghi lại", "give a reason: it is recorded")
FILTER_WRONG = say(
    "điều kiện của danh sách hồ sơ không dùng được: hãy mở lại từ trang Danh sách hồ sơ",
    "the conditions of the register cannot be used: open this form from the register again",
)
NOT_A_RATE = say("phải là số từ 0,1 đến 1000", "must be a number from 0.1 to 1000")
NO_POINT = say("hãy chọn một điểm", "choose a point")
NOT_A_NUMBER = say("phải là số nguyên", "must be a whole number")
NOT_A_TIME = say("phải là ngày giờ, như 2026-11-27T08:30", "must be a date with its time, like 2026-11-27T08:30")
NO_RULE = say("hãy ghi ít nhất một mã băm", "give at least one hash")
_ORDER: TypeAdapter[RepairOrder] = TypeAdapter(RepairOrder)


@dataclass(frozen=True)
class Wanted:
    """What the form asks for."""

    order: RepairOrder
    chosen: tuple[str, ...] | SearchFilter
    stuck: bool
    why: str
    per_minute: int


def first(fields: Fields, name: str) -> str:
    """What stands in a field."""
    return next(iter(fields.get(name, ())), "").strip()


def wanted_of(visit: Visit, fields: Fields) -> Wanted:
    """What the form asks for. Raises InvalidField for the first field that is wrong."""
    order, chosen, why = _order(fields), _chosen(visit, fields), first(fields, "why")
    if not why:
        raise InvalidField("/why", NO_REASON)
    return Wanted(order, chosen, is_stuck(fields), why, _per_minute(first(fields, "rate")))


def is_stuck(fields: Fields) -> bool:
    """True when everything that is stuck is chosen."""
    return first(fields, "stuck") == "yes"


def filter_in(fields: Fields) -> DossierFilterBody | None:
    """The conditions of the register that the form carries; None without any. Raises InvalidField `/codes`."""
    if not first(fields, "f"):
        return None
    wanted, wrong = read_filter(first(fields, "f"))
    if wrong:
        raise InvalidField("/codes", FILTER_WRONG)
    return wanted


def _chosen(visit: Visit, fields: Fields) -> tuple[str, ...] | SearchFilter:
    wanted = filter_in(fields)
    if wanted is not None:
        if first(fields, "codes"):
            raise InvalidField("/codes", TWO_WAYS)
        return Asking(visit, Question(filter=wanted)).wanted
    if is_stuck(fields):
        if first(fields, "codes"):
            raise InvalidField("/codes", STUCK_ALONE)
        return SearchFilter()
    return codes_in(first(fields, "codes"))


def codes_in(text: str) -> tuple[str, ...]:
    """The codes in a text, each once. Raises InvalidField `/codes`."""
    codes = tuple(dict.fromkeys(one for one in re.split(r"[\s,;]+", text) if one))
    if not codes:
        raise InvalidField("/codes", NO_CODES)
    for code in codes:
        if DOSSIER_CODE.fullmatch(code) is None:
            raise InvalidField("/codes", say(f"“{code[:40]}” không phải mã hồ sơ", f"“{code[:40]}” is no dossier code"))
    return codes


def _per_minute(typed: str) -> int:
    try:
        found = round(float(typed.replace(",", ".")) * 60)
    except (ValueError, OverflowError):
        raise InvalidField("/rate", NOT_A_RATE) from None
    if not SLOWEST <= found <= FASTEST:
        raise InvalidField("/rate", NOT_A_RATE)
    return found


def _order(fields: Fields) -> RepairOrder:
    try:
        kind = RepairKind(first(fields, "kind"))
    except ValueError:
        raise InvalidField("/kind", NO_KIND) from None
    try:
        return validated_strictly(_ORDER, {"kind": kind.value, **PARAMETERS[kind](fields)})
    except ValidationError as wrong:
        found = errors_of(wrong)[0]
        named = [str(part) for part in found["loc"] if str(part) in LABELS]
        raise InvalidField(f"/{named[-1] if named else 'kind'}", words_on_form(found)) from None


def _of_restart(fields: Fields) -> dict[str, object]:
    return {"although_sound": first(fields, "although_sound") == "yes"}


def _of_reset(fields: Fields) -> dict[str, object]:
    match first(fields, "point"):
        case "event":
            text = first(fields, "event")
            return {"to": {"point": "event", "event": _number(text)}}
        case "time":
            return {"to": {"point": "time", "at": _instant(first(fields, "time"))}}
        case "build":
            return {"to": {"point": "build", "build": first(fields, "build")}}
        case _:
            raise InvalidField("/point", NO_POINT)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidField("/event", NOT_A_NUMBER)
    return int(text)


def _instant(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidField("/time", NOT_A_TIME) from None
    return (found if found.tzinfo else found.replace(tzinfo=VIETNAM)).isoformat()


def _of_calls(fields: Fields) -> dict[str, object]:
    return {"system": first(fields, "system") or None}


def _of_migration(fields: Fields) -> dict[str, object]:
    given = {name: first(fields, name) or None for name in ("procedure", "escalation")}
    if not any(given.values()):
        raise InvalidField("/procedure", NO_RULE)
    return dict(given)


def _of_nothing(_fields: Fields) -> dict[str, object]:
    return {}


PARAMETERS: Mapping[RepairKind, Callable[[Fields], dict[str, object]]] = {
    RepairKind.MEND: _of_nothing,
    RepairKind.RESTART: _of_restart,
    RepairKind.RESET: _of_reset,
    RepairKind.RETRY: _of_calls,
    RepairKind.FAST_FORWARD: _of_calls,
    RepairKind.MIGRATE: _of_migration,
    RepairKind.TERMINATE: _of_nothing,
}
"""What each kind asks beside the dossiers."""
