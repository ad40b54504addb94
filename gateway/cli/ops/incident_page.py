"""How incidents are shown on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from domain.repairs.incidents import Incident, IncidentAct, IncidentAction
from gateway.cli.output import Output, called
from gateway.cli.tables import headed
from gateway.i18n.wording import at, cause_name, failure_name, system_name

if TYPE_CHECKING:
    from rich.table import Table


def incident_table(rows: Iterable[Incident], output: Output) -> Table:
    """The list: the id to type, since when, why, and what can be done."""
    columns = (
        output.say("Sự cố", "Incident"), output.say("Từ lúc", "Since"), output.say("Nguyên nhân", "Cause"),
        output.say("Đơn vị", "Unit"), output.say("Giao cho", "Assigned to"),
    )  # fmt: skip
    table = headed(output.say("Sự cố cần người xử lý", "Incidents"), *columns, whole=(1,))
    for one in rows:
        table.add_row(one.id, at(one.since), _why(one, output), one.unit or "–", one.assigned_to or "–")
    return table


def incident_lines(one: Incident, output: Output) -> Iterator[str]:
    """One incident in words."""
    yield f"{one.id}: {_why(one, output)}"
    yield f"  {output.say('Từ lúc', 'Since')}: {at(one.since)}"
    if one.system is not None:
        yield f"  {output.say('Hệ thống', 'System')}: {output.of(system_name(one.system))}"
    if one.dossier is not None:
        yield f"  {output.say('Hồ sơ', 'Dossier')}: {one.dossier}"
    yield f"  {output.say('Đơn vị chịu trách nhiệm', 'Unit that answers for it')}: {one.unit or '–'}"
    yield f"  {output.say('Giao cho', 'Assigned to')}: {one.assigned_to or '–'}"
    if one.resolved:
        yield f"  {output.say('Đã ghi nhận xử lý; nguyên nhân còn.', 'Noted as dealt with; its cause is still there.')}"


def acts_lines(acts: Iterable[IncidentAct], output: Output) -> Iterator[str]:
    """What people did, one on each line."""
    for one in acts:
        to = f" → {one.assigned_to}" if one.assigned_to else ""
        yield f"  {at(one.at)}  {one.who}  {output.of(one.act.words)}{to}: {one.why}"


def next_lines(one: Incident, output: Output) -> Iterator[str]:
    """The commands for what can be done, ready to be typed."""
    yield output.say("Làm được:", "What can be done:")
    for action in one.actions:
        to = " --to …" if action is IncidentAction.ASSIGN else ""
        yield f"  {called()} ops incident {action} {one.id}{to} --by … --reason …"


def _why(one: Incident, output: Output) -> str:
    """The cause, and the code of the error where it says more."""
    told = output.of(one.cause.words)
    if one.code == one.cause:
        return told
    words = failure_name(one.code) if one.source == "call" else cause_name(one.code)
    return f"{told} ({output.of(words)})"
