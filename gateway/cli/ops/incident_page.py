"""How incidents are shown on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from domain.incidents import Incident, IncidentAct, IncidentAction, NamedIncidentAct
from gateway.cli.output import Output, called
from gateway.cli.tables import dotted, headed, paragraph
from gateway.i18n.incident_wording import why
from gateway.i18n.wording import at, failure_name, standing_name, system_name

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from activities.ledger.stuck_dossiers import RecordedRestart
    from gateway.client.watching.next_tries import NextTry


NOT_KNOWN = "Temporal does not answer: when the calls are tried next is not known."


def incident_table(rows: Iterable[Incident], output: Output) -> Table:
    """The list: the id to type, since when, why, and what can be done."""
    columns = (
        output.say("Sự cố", "Incident"), output.say("Từ lúc", "Since"), output.say("Nguyên nhân", "Cause"),
        output.say("Đơn vị", "Unit"), output.say("Giao cho", "Assigned to"),
    )  # fmt: skip
    table = headed(output.say("Sự cố cần người xử lý", "Incidents"), *columns, whole=(0, 1))
    for one in rows:
        table.add_row(one.id, at(one.since), output.of(why(one)), one.unit or "–", one.assigned_to or "–")
    return table


def narrow_list(rows: Iterable[Incident], output: Output) -> Iterator[RenderableType]:
    """The same list for a narrow terminal, where the ids leave a table no room: two lines for each."""
    for one in rows:
        unit = output.say(f"đơn vị {one.unit}", f"unit {one.unit}") if one.unit else ""
        to = output.say(f"giao cho {one.assigned_to}", f"assigned to {one.assigned_to}") if one.assigned_to else ""
        yield from paragraph(one.id, dotted((at(one.since), output.of(why(one)), unit, to)))


def incident_lines(one: Incident, output: Output) -> Iterator[str]:
    """One incident in words."""
    yield f"{one.id}: {output.of(why(one))}"
    yield f"  {output.say('Từ lúc', 'Since')}: {at(one.since)}"
    if one.system is not None:
        yield f"  {output.say('Hệ thống', 'System')}: {output.of(system_name(one.system))}"
    if one.dossier is not None:
        yield f"  {output.say('Hồ sơ', 'Dossier')}: {one.dossier}"
    yield f"  {output.say('Đơn vị chịu trách nhiệm', 'Unit that answers for it')}: {one.unit or '–'}"
    yield f"  {output.say('Giao cho', 'Assigned to')}: {one.assigned_to or '–'}"
    if one.resolved:
        yield f"  {output.say('Đã ghi nhận xử lý; nguyên nhân còn.', 'Noted as dealt with; its cause is still there.')}"


def tries_lines(tries: Iterable[NextTry] | None, output: Output) -> Iterator[str]:
    """When the call is tried next, and why it failed last: the incident has the code of its first failure."""
    if tries is None:
        yield f"  {output.say('Temporal không trả lời: chưa biết khi nào thử lại.', NOT_KNOWN)}"
    for one in tries or ():
        last = f": {output.of(failure_name(one.code))}" if one.code else ""
        if one.next_at is None:
            yield f"  {output.say(f'Đang thử lần {one.tries}', f'Try {one.tries} under way')}{last}"
        else:
            n, when = one.tries + 1, at(one.next_at)
            told = output.say(f"Lần thử {n} lúc {when}; lần trước hỏng", f"Try {n} at {when}; the last failed")
            yield f"  {told}{last}"


def acts_lines(acts: Iterable[IncidentAct], output: Output) -> Iterator[str]:
    """What people did, one on each line."""
    for one in acts:
        to = f" → {one.assigned_to}" if one.assigned_to else ""
        yield f"  {at(one.at)}  {one.who}  {output.of(one.act.words)}{to}: {one.why}"


def next_lines(one: Incident, output: Output) -> Iterator[str]:
    """The commands for what can be done, ready to be typed."""
    yield output.say("Làm được:", "What can be done:")
    for action in one.actions:
        if action is IncidentAction.REPAIR:
            yield f"  {called()} ops plan restart {one.dossier} --by … --reason …"
            continue
        to = " --to …" if action is IncidentAction.ASSIGN else ""
        yield f"  {called()} ops incident {action} {one.id}{to} --by … --reason …"


def acts_table(rows: Iterable[NamedIncidentAct], output: Output) -> Table:
    """What operators did with incidents."""
    columns = (output.say("Lúc", "At"), output.say("Sự cố", "Incident"), output.say("Người", "By"))
    title = output.say("Việc đã làm với sự cố", "Acts on incidents")
    table = headed(title, *columns, output.say("Việc", "Act"), output.say("Lý do", "Why"), whole=(0,))
    for row in rows:
        to = f" → {row.assigned_to}" if row.assigned_to else ""
        table.add_row(at(row.at), row.incident, row.who, output.of(row.act.words) + to, row.why)
    return table


def restarts_table(rows: Iterable[RecordedRestart], output: Output) -> Table:
    """The restarts of dossiers that operators ordered."""
    title = output.say("Các lần chạy lại gần nhất", "Latest restarts")
    columns = (output.say("Hồ sơ", "Dossier"), output.say("Lúc", "At"), output.say("Người", "By"))
    table = headed(title, *columns, output.say("Tình trạng", "Found"), output.say("Lý do", "Why"), whole=(0, 1))
    for row in rows:
        table.add_row(row.dossier, at(row.at), row.who, output.of(standing_name(row.found)), row.why)
    return table
