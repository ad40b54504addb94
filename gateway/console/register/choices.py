"""What the controls of the form offer: the values of today, and those that the filter has beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.deadlines.limits import WhichClock
from domain.deadlines.relative_days import RelativeDays
from domain.deadlines.timing import HolderKind
from domain.dossier.state import State
from domain.text.printable import printable
from domain.values import Bilingual
from gateway.console.visits import Visit
from gateway.i18n.deadline_wording import HOLDERS
from gateway.i18n.search_fields import field_name
from gateway.i18n.wording import rung_name


@dataclass(frozen=True)
class Choices:
    """One list of boxes: the condition, what it offers (value, words), and what is chosen."""

    field: str
    name: Bilingual
    offered: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]


def lists_of(visit: Visit, shown: dict[str, list[str]]) -> list[Choices]:
    """The lists of boxes, in the order of the form."""
    offered = {
        "states": [(state.value, visit.text(state.words)) for state in State],
        "procedures": sorted(visit.names.procedures.items(), key=lambda one: one[1]),
        "fields": _fields(visit),
        "rungs": [(code, visit.text(rung_name(rung))) for code, rung in visit.names.rungs.items()],
        "units": units_of(visit),
    }
    return [
        Choices(field, field_name(field), _with_chosen(pairs, shown[field]), tuple(shown[field]))
        for field, pairs in offered.items()
    ]


def units_of(visit: Visit) -> list[tuple[str, str]]:
    """The units of today whose dossiers the caller may see, those of the province first."""
    organisation, reach = visit.api.engine.province.organisation, visit.signed.scope.units
    units = [one for one in organisation.in_force(visit.now.date()) if reach is None or one.code in reach]
    units.sort(key=lambda one: (one.level.is_commune, one.name))
    return [(one.code, one.name) for one in units]


def _fields(visit: Visit) -> list[tuple[str, str]]:
    found = {one.procedure.field for one in visit.api.engine.province.procedures}
    return [(name, name) for name in sorted(found)]


def _with_chosen(offered: Iterable[tuple[str, str]], chosen: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What is offered, with what was chosen first: nobody has to look for it, and no chosen value is without a box."""
    known = dict(offered)
    first = {value: known.get(value, printable(value)) for value in chosen}
    return tuple({**first, **known}.items())


def clocks_of(visit: Visit) -> list[tuple[str, str]]:
    """The clocks on which a dossier can be late."""
    return [(clock.value, visit.text(clock.words)) for clock in WhichClock]


def holders_of(visit: Visit) -> list[tuple[str, str]]:
    """To whom lateness can be attributed."""
    return [(kind.value, visit.text(HOLDERS[kind])) for kind in HolderKind]


def days_of(visit: Visit) -> list[tuple[str, str]]:
    """The days that are counted from today."""
    return [(days.value, visit.text(days.words)) for days in RelativeDays]
