"""The conditions of a search in SQL. Every value is an argument of the statement and never a part of its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from activities.ledger.search.query import (
    FallsDue,
    Judged,
    Late,
    OfUnits,
    ReceivedAt,
    SearchFilter,
    SearchScope,
    TextWanted,
    UnitPart,
    Window,
)
from domain.deadlines.clock import Timeliness
from domain.dossier.state import OPEN, State
from domain.text.folding import fold


class Condition(NamedTuple):
    """A condition with one `{}` for each of its values."""

    sql: str
    values: tuple[object, ...] = ()


def written(conditions: Iterable[Condition], before: Sequence[object] = ()) -> tuple[str, list[object]]:
    """All conditions together, with the numbers of the arguments, and the arguments, after those `before`."""
    texts: list[str] = []
    arguments: list[object] = [*before]
    for sql, values in conditions:
        numbers = range(len(arguments) + 1, len(arguments) + len(values) + 1)
        texts.append(f"({sql.format(*(f'${number}' for number in numbers))})")
        arguments += values
    return " and ".join(texts) or "true", arguments


def conditions_of(wanted: SearchFilter, scope: SearchScope, at: datetime) -> list[Condition]:
    """What a row must satisfy: the filter and, beside it, the scope. `at`: the instant at which lateness is judged."""
    return [*of_scope(scope), *_of_filter(wanted, at)]


MANY_UNITS = 50
"""So many units have nearly every dossier, and an index would not help."""
TAKING_PART = "taking_part && {}::text[]"
ACCOUNTABLE_OR_PART = "accountable = any({0}::text[]) or taking_part && {0}::text[]"
"""The same: the accountable unit takes part. One code is looked up quickly, two lists are compared slowly."""


def of_scope(scope: SearchScope) -> Iterator[Condition]:
    """What a row must satisfy for a caller with this scope."""
    if scope.units is not None:
        yield Condition(TAKING_PART if len(scope.units) < MANY_UNITS else ACCOUNTABLE_OR_PART, (list(scope.units),))
    yield from _any_of("procedure", scope.procedures)
    if scope.applicant is not None:
        yield Condition("submitted_by = {}", (scope.applicant,))


def _of_filter(wanted: SearchFilter, at: datetime) -> Iterator[Condition]:
    yield from _of_states(wanted.states)
    if wanted.units is not None:
        yield _of_units(wanted.units)
    yield from _any_of("procedure", wanted.procedures)
    yield from _any_of("assignee", wanted.officers)
    yield from _when(wanted.green, "green is not null", "green is null")
    yield from _any_of("green", wanted.green_rules)
    yield from _within("statutory_due", wanted.statutory_due)
    yield from _within("promised_due", wanted.promised_due)
    yield from _within("received_at", wanted.received)
    yield from _in_its_course(wanted)
    yield from _any_of("channel", wanted.channels)
    yield from _when(wanted.assigned, "assignee is not null", "assignee is null")
    if wanted.late is not None:
        yield from _late(wanted.late, at)
    if wanted.late_by_nobody is not None:
        yield Condition(f"late_{wanted.late_by_nobody.value}_by = '[]'")
    if wanted.had_now is not None:
        yield Condition(f"late_{wanted.had_now.clock.value}_by @> {{}}", ([{"kind": wanted.had_now.kind.value}],))
    yield from _any_of("rung", wanted.rungs)
    yield from _when(wanted.crossing, "crossing", "not crossing")
    yield from _when(wanted.interconnected, INTERCONNECTED, f"not ({INTERCONNECTED})")
    yield from _when(wanted.incident, WITH_INCIDENT, "incident_systems = '[]'")
    if wanted.incident_systems is not None:
        yield Condition(f"{WITH_INCIDENT} and incident_systems ?| {{}}::text[]", (list(wanted.incident_systems),))
    yield from _any_of("submitted_by", wanted.applicants)
    if wanted.text is not None:
        yield _with_text(wanted.text)


STILL_OPEN = "ended_at is null"
"""Written as in the indexes of the open dossiers."""
HANDOVER_OVERDUE = (
    "jsonb_path_exists(snapshot, '$.handovers[last] ? (exists(@.overdue_at ? (@ != null)) "
    "&& !exists(@.acknowledged_at ? (@ != null)) && !exists(@.refused_at ? (@ != null)) "
    "&& !exists(@.lapsed_at ? (@ != null)))')"
)
"""The last handover is open and was reported as late."""
UNANSWERED = f"{STILL_OPEN} and {HANDOVER_OVERDUE}"
"""Written as in the index of the dossiers with such a handover."""
COORDINATION_OVERDUE = (
    "code in (select dossier from work_item where act = 'hand_over' and role = 'coordinator')"
    " and snapshot ->> 'coordination_overdue_at' is not null"
)
"""The dossier is in the coordination queue, was sent to nobody, and was reported as late."""
COORDINATION_OVERDUE_SINCE = (
    "greatest((snapshot ->> 'coordination_overdue_at')::timestamptz,"
    " (snapshot -> 'handovers' -> -1 ->> 'refused_at')::timestamptz)"
)
"""When it was reported, or has come back since: a unit to which the queue sent it has refused it. The queue's time is
still over then, but what people noted about the time before does not count for this one."""
AT_THE_TOP = (
    "code in (select dossier from work_item where act = 'acknowledge_escalation')"
    " and jsonb_path_exists(snapshot, '$.escalations[*] ? (@.at_top_since != null)')"
)
"""The dossier has an escalation that climbed to the top of the province and is not answered."""
INTERCONNECTED = "snapshot ?| array['parent', 'children']"
"""Written as in the index of the dossiers of interconnected procedures: both names are left out where there is none."""
WITH_INCIDENT = "incident_systems <> '[]'"
"""Written as in the index of the dossiers with an incident."""


def _in_its_course(wanted: SearchFilter) -> Iterator[Condition]:
    """When it came, whether it is under way, and how it ended."""
    if wanted.received_hour is not None:
        yield _received_at(wanted.received_hour)
    yield from _within("ended_at", wanted.ended)
    yield from _when(wanted.open, STILL_OPEN, "ended_at is not null")
    if wanted.under_way_at is not None:
        yield Condition("received_at < {0} and (ended_at is null or ended_at >= {0})", (wanted.under_way_at,))
    if wanted.not_ended_before is not None:
        yield Condition("ended_at is null or ended_at >= {}", (wanted.not_ended_before,))
    if wanted.judged is not None:
        yield _judged(wanted.judged)
    if wanted.falls_due is not None:
        yield from _falls_due(wanted.falls_due)


_COLUMNS = {
    UnitPart.RECEIVING: "received_by",
    UnitPart.COMPETENT: "competent",
    UnitPart.RESPONSIBLE: "responsible",
}


def _of_units(wanted: OfUnits) -> Condition:
    """The dossiers of these units."""
    if wanted.part is UnitPart.ACCOUNTABLE:
        return _one_of("accountable", wanted.codes)
    columns = _COLUMNS.values() if wanted.part is UnitPart.ANY else (_COLUMNS[wanted.part],)
    parts = [_one_of(column, wanted.codes) for column in columns]
    return Condition(" or ".join(part.sql for part in parts), parts[0].values)


def _of_states(states: Sequence[State] | None) -> Iterator[Condition]:
    """Of open states alone no row has ended. Saying so lets the few open dossiers be read in an order of their own."""
    yield from _any_of("state", states)
    if states is not None and OPEN.issuperset(states):
        yield Condition(STILL_OPEN)


def _any_of(column: str, wanted: Sequence[str] | None) -> Iterator[Condition]:
    if wanted is not None:
        yield _one_of(column, wanted)


def _one_of(column: str, wanted: Sequence[str]) -> Condition:
    """One value is compared, not looked for in a list: an index that begins with the column gives the rows in order."""
    if len(wanted) == 1:
        return Condition(f"{column} = {{0}}", (wanted[0],))
    return Condition(f"{column} = any({{0}}::text[])", (list(wanted),))


def _when(wanted: bool | None, holds: str, does_not: str) -> Iterator[Condition]:
    if wanted is not None:
        yield Condition(holds if wanted else does_not)


def _within(column: str, window: Window | None) -> Iterator[Condition]:
    if window is None:
        return
    if window.since is not None:
        yield Condition(f"{column} >= {{}}", (window.since,))
    if window.before is not None:
        yield Condition(f"{column} < {{}}", (window.before,))


A_MIDNIGHT = "'2000-01-01 00:00+07'::timestamptz"
"""In Vietnam, whose days have had 24 hours since 1975: days counted from it need no time zone, which is slow."""


def day_of(instant: str) -> str:
    """The first instant of the day in Vietnam of a column."""
    return f"date_bin('1 day', {instant}, {A_MIDNIGHT})"


def hour_of(instant: str) -> str:
    """The first instant of the hour of a column."""
    return f"date_bin('1 hour', {instant}, {A_MIDNIGHT})"


def _received_at(wanted: ReceivedAt) -> Condition:
    at = "received_at at time zone 'Asia/Ho_Chi_Minh'"
    weekday, hour = (f"extract({part} from {at})::int" for part in ("isodow", "hour"))
    return Condition(f"{weekday} = {{}} and {hour} = {{}}", (wanted.weekday, wanted.hour))


def _judged(wanted: Judged) -> Condition:
    """Each dossier that has ended satisfies exactly one of the four."""
    minutes = f"late_{wanted.clock.value}_minutes"
    early = f"{day_of('ended_at')} < {day_of(f'{wanted.clock.value}_due')}"
    by_judgement = {
        Timeliness.EARLY: f"{minutes} <= 0 and coalesce({early}, true)",
        Timeliness.ON_TIME: f"{minutes} <= 0 and not coalesce({early}, true)",
        Timeliness.LATE: f"{minutes} > 0",
        Timeliness.OPEN: f"{minutes} is null",
    }
    plain = {
        frozenset({Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.LATE}): f"{minutes} is not null",
        frozenset({Timeliness.EARLY, Timeliness.ON_TIME}): f"{minutes} <= 0",
    }.get(frozenset(wanted.judgements))
    if plain is not None:  # as below, without asking for the day
        return Condition(f"ended_at is not null and {plain}")
    any_of = " or ".join(f"({by_judgement[one]})" for one in dict.fromkeys(wanted.judgements))
    return Condition(f"ended_at is not null and ({any_of or 'false'})")


def _falls_due(wanted: FallsDue) -> Iterator[Condition]:
    """No dossier that has ended is overdue from then on. Saying so lets the few open ones be read."""
    of_receipt = "case when promised_due is null then overdue_statutory_from else overdue_promised_from end"
    date = of_receipt if wanted.clock is None else f"overdue_{wanted.clock.value}_from"
    yield Condition(f"{STILL_OPEN} and {date} is not null")
    yield from _within(f"({date})", wanted)


def _late(wanted: Late, at: datetime) -> Iterator[Condition]:
    clock = wanted.clock.value
    open_and_overdue = Condition(f"overdue_{clock}_from < {{}}", (at,))
    ended_late = Condition(f"late_{clock}_minutes > 0")
    match wanted.ended:
        case True:
            yield ended_late
        case False:
            yield open_and_overdue
            yield Condition(STILL_OPEN)
        case None:
            yield Condition(f"{open_and_overdue.sql} or {ended_late.sql}", open_and_overdue.values)
    if wanted.caused_by is not None:
        holders = [[holder.model_dump(mode="json", exclude_none=True)] for holder in wanted.caused_by]
        by_one = " or ".join([f"late_{clock}_by @> {{}}"] * len(holders))
        yield Condition(by_one or "false", tuple(holders))


def _with_text(wanted: TextWanted) -> Condition:
    """Codes are found by their pieces (an index); what has the pieces of the text may still not contain it."""
    in_code = "pieces_of_code(code) @> pieces_of_text({0}) and strpos(lower(code), {0}) > 0"
    parts = [f"({in_code})"]
    values: list[object] = [fold(wanted.text)]
    if wanted.procedures:
        parts.append(f"procedure = any({{{len(values)}}}::text[])")
        values.append(list(wanted.procedures))
    if wanted.units:
        parts += [f"{column} = any({{{len(values)}}}::text[])" for column in _COLUMNS.values()]
        values.append(list(wanted.units))
    return Condition(" or ".join(parts), tuple(values))
