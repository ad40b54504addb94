"""The form of the register: the controls that show a filter, and the filter that they say.

A filter may say more than the controls can (several holders, an hour of a day, conditions without a control). So a
control that was not touched keeps what the filter said, to the letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from activities.ledger.search.query import Late
from domain.deadlines.calendar import ONE_DAY
from domain.deadlines.limits import WhichClock
from domain.values import VIETNAM, midnight
from gateway.api.dossiers.kept_filters import Fault, plain, usable
from gateway.api.dossiers.search_bodies import DossierFilterBody, WindowBody
from gateway.dossiers.forms.faults import words_on_form

Fields = Mapping[str, Sequence[str]]
"""The values of a form by the names of its controls."""
LISTS = ("states", "procedures", "fields", "rungs")
YES_NO = ("open", "green", "crossing", "interconnected", "incident")
WINDOWS = ("received", "promised_due", "statutory_due", "ended")
CONTROLS: Mapping[str, tuple[str, ...]] = {
    "text": ("text",),
    **{name: (name,) for name in LISTS},
    "units": ("units", "below", "part"),
    "officers": ("officers",),
    **{name: (name,) for name in YES_NO},
    **{name: (f"{name}_days", f"{name}_from", f"{name}_to") for name in WINDOWS},
    "late": ("late_clock", "late_ended", "late_kind", "late_code"),
}
"""The controls of each condition."""


def controls_of(wanted: DossierFilterBody) -> dict[str, list[str]]:
    """The values of every control that show the filter."""
    units, late = wanted.units, wanted.late
    found: dict[str, list[str]] = {
        "text": [] if wanted.text is None else [wanted.text],
        **{name: [str(one) for one in getattr(wanted, name) or ()] for name in LISTS},
        "units": list(units.codes) if units else [],
        "below": ["yes"] if units is None or units.with_below else [],
        "part": [units.part.value if units else "any"],
        "officers": [" ".join(wanted.officers)] if wanted.officers else [],
        **{name: _yes_no(getattr(wanted, name)) for name in YES_NO},
        **_late_controls(late),
    }
    for name in WINDOWS:
        found |= _window_controls(name, getattr(wanted, name))
    return found


def _yes_no(value: bool | None) -> list[str]:
    return [] if value is None else ["yes" if value else "no"]


def _window_controls(name: str, window: WindowBody | None) -> dict[str, list[str]]:
    since = window.since.astimezone(VIETNAM).date() if window and window.since else None
    until = (window.before.astimezone(VIETNAM) - timedelta(microseconds=1)).date() if window and window.before else None
    days = [window.days.value] if window and window.days else []
    return {f"{name}_days": days, f"{name}_from": _day(since), f"{name}_to": _day(until)}


def _day(day: date | None) -> list[str]:
    return [] if day is None else [day.isoformat()]


def _late_controls(late: Late | None) -> dict[str, list[str]]:
    holder = late.caused_by[0] if late and late.caused_by else None
    return {
        "late_clock": [late.clock.value] if late else [],
        "late_ended": _yes_no(late.ended) if late else [],
        "late_kind": [holder.kind.value] if holder else [],
        "late_code": [holder.code] if holder and holder.code else [],
    }


def filter_of_form(base: DossierFilterBody, form: Fields) -> tuple[DossierFilterBody, list[Fault]]:
    """The filter that the controls say now, and what is wrong with them. `base`: what they showed before."""
    shown, said = controls_of(base), plain(base)
    for condition, controls in CONTROLS.items():
        if all(_given(form, name) == _given(shown, name) for name in controls):
            continue
        said.pop(condition, None)
        value = _condition(condition, form, shown)
        if value is not None:
            said[condition] = value
    return usable(said, words_on_form)


def _given(form: Fields, name: str) -> list[str]:
    return [one.strip() for one in form.get(name, ()) if one.strip()]


def _first(form: Fields, name: str) -> str | None:
    return next(iter(_given(form, name)), None)


def _condition(name: str, form: Fields, shown: Fields) -> Any:
    """What the controls of a condition say, as JSON; None when they do not restrict. `shown`: what they said before."""
    if name in LISTS:
        return _given(form, name) or None
    if name in YES_NO:
        return _boolean(_first(form, name))
    if name in WINDOWS:
        return _days(name, form, shown)
    if name == "units":
        return _units(form)
    if name == "late":
        return _late(form)
    if name == "officers":
        return (_first(form, name) or "").replace(",", " ").split() or None
    return _first(form, name)


def _days(name: str, form: Fields, shown: Fields) -> dict[str, str] | None:
    """Days from today, or from a day to a day: those that were touched. Both, if both were: the filter refuses that."""
    days, window = _first(form, f"{name}_days"), _window(_first(form, f"{name}_from"), _first(form, f"{name}_to"))
    entered = _day_entered(name, form, shown)
    if days is None or (entered and days == _first(shown, f"{name}_days")):
        return window
    return {"days": days, **((window or {}) if entered else {})}


def _day_entered(name: str, form: Fields, shown: Fields) -> bool:
    return any(_given(form, control) not in ([], _given(shown, control)) for control in (f"{name}_from", f"{name}_to"))


def _boolean(value: str | None) -> bool | None:
    return None if value is None else value == "yes"


def _units(form: Fields) -> dict[str, Any] | None:
    codes = _given(form, "units")
    if not codes:
        return None
    return {"codes": codes, "part": _first(form, "part") or "any", "with_below": bool(_given(form, "below"))}


def _window(since: str | None, until: str | None) -> dict[str, str] | None:
    """From the beginning of the first day to the end of the last. What is no day is kept, so that it is named."""
    found = {}
    if since is not None:
        found["since"] = _midnight(since, 0)
    if until is not None:
        found["before"] = _midnight(until, 1)
    return found or None


def _midnight(day: str, later: int) -> str:
    try:
        return midnight(date.fromisoformat(day) + ONE_DAY * later).isoformat()
    except (ValueError, OverflowError):
        return day


def _late(form: Fields) -> dict[str, Any] | None:
    """What was chosen beside the clock is not forgotten without one: the promised date is meant."""
    clock, ended = _first(form, "late_clock"), _boolean(_first(form, "late_ended"))
    kind, code = _first(form, "late_kind"), _first(form, "late_code")
    if clock is None and ended is None and kind is None:
        return None
    found: dict[str, Any] = {"clock": clock or WhichClock.PROMISED.value}
    if ended is not None:
        found["ended"] = ended
    if kind is not None:
        found["caused_by"] = [{"kind": kind, **({} if code is None else {"code": code})}]
    return found
