"""The conditions of a filter in words, each with the filter without it: nothing acts unseen.

A condition that the form has no control for, or that a later release adds, is a chip too, with its value as it is
written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from activities.ledger.search.query import Judged, Late, ReceivedAt, UnitPart, Window
from domain.deadlines.clock import Timeliness
from domain.deadlines.timing import Holder
from domain.errors import DomainError
from domain.values import VIETNAM, Bilingual
from gateway.api.dossiers.kept_filters import plain
from gateway.api.dossiers.search_bodies import DossierFilterBody, UnitsBody, WindowBody, fixed
from gateway.console.visits import Visit
from gateway.i18n.deadline_wording import holder_name
from gateway.i18n.search_fields import field_name
from gateway.i18n.wording import CHANNELS, CLOCKS, WEEKDAYS, rung_name, say, system_name
from gateway.views.names import Names

MOST_NAMED = 3
"""Values that a chip names; of more it says how many there are."""
PARTS = {
    UnitPart.RECEIVING: say("tiếp nhận", "receives"),
    UnitPart.COMPETENT: say("có thẩm quyền", "is competent"),
    UnitPart.RESPONSIBLE: say("chịu trách nhiệm", "is responsible"),
    UnitPart.ACCOUNTABLE: say("phải giải trình", "is accountable"),
    UnitPart.ANY: say("tham gia", "takes part"),
}
YES_NO: Mapping[str, tuple[Bilingual, Bilingual]] = {
    "green": (say("có áp dụng", "applies"), say("không áp dụng", "does not apply")),
    "crossing": (say("khác nơi giải quyết", "elsewhere"), say("tại nơi giải quyết", "at the competent unit")),
    "interconnected": (say("hồ sơ liên thông", "interconnected"), say("không liên thông", "not interconnected")),
    "incident": (say("đang lỗi", "fails"), say("không lỗi", "does not fail")),
    "assigned": (say("đã có người thụ lý", "an officer has it"), say("chưa có ai thụ lý", "nobody has it")),
    "open": (say("chưa kết thúc", "not ended"), say("đã kết thúc", "ended")),
}


@dataclass(frozen=True)
class Chip:
    """One condition: its name, its value in words, and the filter without it."""

    field: str
    name: Bilingual
    value: Bilingual
    without: DossierFilterBody


Meant = Callable[[WindowBody], Window | None]
"""Which days a window means."""


def chips_of(wanted: DossierFilterBody, names: Names, meant: Meant | None = None) -> list[Chip]:
    """Every condition of the filter. `meant`: with it, days that are counted from today are dated too."""
    return [_chip(wanted, field, value, names, meant) for field, value in plain(wanted).items()]


def chips_for(visit: Visit, wanted: DossierFilterBody, at: datetime) -> list[Chip]:
    """Every condition as it stands then. Days that the calendar does not have are named without their dates."""

    def meant(window: WindowBody) -> Window | None:
        try:
            return fixed(window, visit.api.engine.province, at)
        except DomainError:
            return None

    return chips_of(wanted, visit.names, meant)


def _chip(wanted: DossierFilterBody, field: str, as_written: Any, names: Names, meant: Meant | None) -> Chip:
    value = getattr(wanted, field)
    words = _window(value, meant) if isinstance(value, WindowBody) else _words(field, value, as_written, names)
    return Chip(field, field_name(field), words, _without(wanted, field))


def _window(wanted: WindowBody, meant: Meant | None) -> Bilingual:
    if wanted.days is None:
        return window_words(wanted)
    words, dates = wanted.days.words, None if meant is None else meant(wanted)
    if dates is None:
        return words
    told = window_words(dates)
    return say(f"{words.vi} ({told.vi})", f"{words.en} ({told.en})")


def _without(wanted: DossierFilterBody, field: str) -> DossierFilterBody:
    return wanted.model_copy(update={field: type(wanted).model_fields[field].default})


def _words(field: str, value: Any, as_written: Any, names: Names) -> Bilingual:
    match value:
        case bool():
            yes, no = YES_NO.get(field, (say("có", "yes"), say("không", "no")))
            return yes if value else no
        case Judged():
            return _judged(value)
        case ReceivedAt():
            return _hour(value)
        case datetime():
            return _same(_moment(value))
        case Window():
            return window_words(value)
        case UnitsBody():
            return _units(value, names)
        case Late():
            return _late(value, names)
        case tuple():
            return _listed([_named(field, names)(one) for one in value])
        case str():
            return say(value, value)
        case _:
            text = json.dumps(as_written, ensure_ascii=False)
            return say(text, text)


def _named(field: str, names: Names) -> Callable[[Any], Bilingual]:
    """How one value of a list is named."""
    plainly: Mapping[str, Callable[[Any], Bilingual]] = {
        "states": lambda state: state.words,
        "procedures": lambda code: _same(f"{names.procedure(code)} ({code})"),
        "rungs": lambda code: rung_name(names.rungs[code]) if code in names.rungs else _same(code),
        "incident_systems": system_name,
        "channels": lambda channel: CHANNELS[channel],
        "accountable": lambda code: _same(names.unit(code)),
    }
    return plainly.get(field, _same)


def _same(text: object) -> Bilingual:
    return say(str(text), str(text))


def _listed(values: Iterable[Bilingual]) -> Bilingual:
    found = list(values)
    if not found:
        return say("không mục nào (không tìm ra hồ sơ nào)", "none (finds no dossier)")
    more = len(found) - MOST_NAMED
    vi, en = ([one.vi for one in found[:MOST_NAMED]], [one.en for one in found[:MOST_NAMED]])
    if more > 0:
        vi, en = [*vi, f"và {more} mục khác"], [*en, f"and {more} more"]
    return say(", ".join(vi), ", ".join(en))


def _units(wanted: UnitsBody, names: Names) -> Bilingual:
    named = _listed(_same(f"{names.unit(code)} ({code})") for code in wanted.codes)
    part = PARTS[wanted.part]
    below = say(" và đơn vị trực thuộc", " and those below") if wanted.with_below else say("", "")
    return say(f"{named.vi}{below.vi} – {part.vi}", f"{named.en}{below.en} – {part.en}")


def _late(wanted: Late, names: Names) -> Bilingual:
    clock = CLOCKS[wanted.clock]
    which = {
        None: say("đang quá hạn hoặc kết thúc trễ", "overdue, or ended late"),
        True: say("kết thúc trễ", "ended late"),
        False: say("đang quá hạn", "open and overdue"),
    }[wanted.ended]
    if wanted.caused_by is None:
        return say(f"{clock.vi}: {which.vi}", f"{clock.en}: {which.en}")
    by = _listed(holder_name(Holder(kind=one.kind, code=one.code), names.unit) for one in wanted.caused_by)
    return say(f"{clock.vi}: {which.vi}, do {by.vi}", f"{clock.en}: {which.en}, because of {by.en}")


JUDGEMENTS = {
    Timeliness.EARLY: say("trước hạn", "early"),
    Timeliness.ON_TIME: say("trong ngày hạn", "on the day"),
    Timeliness.LATE: say("trễ", "late"),
    Timeliness.OPEN: say("chưa kết luận", "not judged"),
}


def _judged(wanted: Judged) -> Bilingual:
    clock, told = CLOCKS[wanted.clock], _listed(JUDGEMENTS[one] for one in wanted.judgements)
    return say(f"{clock.vi}: {told.vi}", f"{clock.en}: {told.en}")


def _hour(wanted: ReceivedAt) -> Bilingual:
    weekday, hours = WEEKDAYS[wanted.weekday - 1], f"{wanted.hour}:00–{wanted.hour + 1}:00"
    return say(f"{weekday.vi}, {hours}", f"{weekday.en}, {hours}")


def window_words(window: Window) -> Bilingual:
    """`từ 01/07/2025 đến hết 31/07/2025`; with the hour where a bound is not at midnight."""
    vi, en = [], []
    if window.since is not None:
        vi.append(f"từ {_moment(window.since)}")
        en.append(f"from {_moment(window.since)}")
    if window.before is not None:
        until = window.before.astimezone(VIETNAM)
        if (until.hour, until.minute, until.second, until.microsecond) == (0, 0, 0, 0):
            last = f"{until - timedelta(days=1):%d/%m/%Y}"
            vi.append(f"đến hết {last}")
            en.append(f"to the end of {last}")
        else:
            vi.append(f"trước {_moment(until)}")
            en.append(f"before {_moment(until)}")
    return say(" ".join(vi) or "bất kỳ", " ".join(en) or "any")


def _moment(at: datetime) -> str:
    local = at.astimezone(VIETNAM)
    return f"{local:%d/%m/%Y}" if (local.hour, local.minute) == (0, 0) else f"{local:%H:%M %d/%m/%Y}"
