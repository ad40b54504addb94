"""The page of one dossier on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from domain.deadlines.clock import Timeliness, WhichClock
from domain.deadlines.counting import WORKING_MINUTES_A_DAY
from domain.dossier.commands import BroughtOver
from domain.dossier.effect_id import EffectKind
from domain.dossier.state import Dossier, SigningStatus
from domain.dossier.view import WorkAct, WorkItem
from domain.roles import Role
from domain.text.sentences import begun
from gateway.cli.dossier import page_money, page_needs
from gateway.cli.output import Output, called, one_line, to_copy
from gateway.i18n.wording import (
    CHANNELS,
    IDENTITIES,
    ROLES,
    SECOND_SUPPLEMENT,
    SIGNING,
    at,
    cause_name,
    failure_name,
    role_name,
    rung_name,
    state_name,
    system_name,
    work_name,
    working_time,
)
from gateway.views.dossier_page import ClockNow, DossierPage, Going
from gateway.views.names import Names

INDENT = (0, 0, 0, 2)
STEP_ACTS = (WorkAct.COMPLETE_STEP, WorkAct.APPROVE, WorkAct.SIGN)
"""The acts that concern the current step of the dossier."""


def page_parts(page: DossierPage, names: Names, output: Output) -> Iterator[RenderableType]:
    """The parts of the page, the most urgent first."""
    yield _title(page, names, output)
    yield _facts(page, names, output)
    yield from _section(output.say("Quy trình bị kẹt", "Stuck"), list(_stuck(page, output)), "bold red")
    unread = list(_unread(page, output))
    yield from _section(output.say("Dòng không đọc được", "Rows that cannot be read"), unread, "bold red")
    titles = _titles(page, output)
    lead = max(map(len, titles.values())) + len("  ")
    clocks = [Text(f"{titles[which]:<{lead}}").append(text) for which, text in _clocks(page, output)]
    yield from _section(output.say("Thời hạn", "Deadlines"), clocks, lead=lead)
    yield from _section(output.say("Ai làm gì tiếp", "Who does what next"), list(_work(page, names, output)))
    yield from _section(output.say("Thành phần hồ sơ", "Documents"), page_needs.papers(page, output))
    yield from _section(output.say("Quy trình nội bộ", "Internal process"), page_needs.steps(page))
    opinions = list(page_needs.opinions(page, names, output))
    yield from _section(output.say("Ý kiến đơn vị khác", "Opinions of other units"), opinions)
    reasons = [one_line(f"• {output.of(reason.text)}") for reason in page.reasons]
    yield from _section(output.say("Vì sao ở đây", "Why it is here"), reasons)
    yield from _section(output.say("Sự cố", "Incidents"), list(_incidents(page, output)), "bold red")
    yield from page_needs.acts(page, output)
    yield Text(output.say("\nDiễn biến", "\nIts story"), "bold")
    yield to_copy(f"{called()} dossier history {page.row.code}")


def _title(page: DossierPage, names: Names, output: Output) -> Text:
    row = page.row
    late = any(clock.timeliness is Timeliness.LATE for clock in page.clocks)
    state = output.of(state_name(row.state))
    portal = output.say(f"mã Cổng {row.portal_code}", f"portal code {row.portal_code}")
    title = one_line(row.code, "bold").append("  ")
    title.append(state, "bold red" if late and row.ended_at is None else "bold green")
    title.append(f"  ({portal}, {output.say('phiên bản', 'version')} {row.version})", "dim")
    return title.append("\n").append(one_line(f"{row.procedure} {names.procedure(row.procedure)}"))


def _facts(page: DossierPage, names: Names, output: Output) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, text in _rows(page, names, output):
        table.add_row(name, one_line(text))
    return Padding(table, (1, 0, 0, 2), expand=False)


def _rows(page: DossierPage, names: Names, output: Output) -> Iterator[tuple[str, str]]:
    yield from _units(page, names, output)
    yield from _changed(page, output)
    yield from _how_far(page, names, output)
    yield from page_money.money(page, names, output)
    yield from _result(page, names, output)


def _units(page: DossierPage, names: Names, output: Output) -> Iterator[tuple[str, str]]:
    """The receiving, the competent and the responsible unit, and an open handover."""
    row, dossier = page.row, page.dossier
    received = names.unit(row.received_by)
    if dossier.intake.assisted_by:
        received += output.say(" (hỗ trợ nộp: ", " (assisted by ") + names.unit(dossier.intake.assisted_by) + ")"
    yield output.say("Nơi tiếp nhận", "Received by"), f"{received}, {output.of(CHANNELS[row.channel])}"
    if row.competent or dossier.routing.queue:
        elsewhere = output.say(" – khác nơi tiếp nhận", " – not where it was received") if row.crossing else ""
        waiting = output.say(" (điều phối)", " (coordinates)") if row.competent is None else ""
        yield (
            output.say("Giải quyết", "Resolved by"),
            names.unit(row.competent or dossier.routing.queue) + waiting + elsewhere,
        )
    if row.ended_at is not None:
        because = output.say("; căn cứ: ", "; legal basis: ") + page.ended_because if page.ended_because else ""
        yield output.say("Kết thúc", "Ended"), at(row.ended_at) + because
    elif row.responsible and row.responsible != row.competent:
        yield output.say("Chịu trách nhiệm", "Answers for it"), names.unit(row.responsible)
    handover = dossier.handovers.open
    if handover is not None:
        waits = output.say(" (chưa xác nhận đã nhận)", " (has not said that it has it)")
        yield output.say("Đang chuyển đến", "On its way to"), names.unit(handover.to_unit) + waits


def _changed(page: DossierPage, output: Output) -> Iterator[tuple[str, str]]:
    """The former names and codes, and the changes of dates and calendars."""
    dossier = page.dossier
    if dossier.routing.moved_units:
        yield output.say("Trước đây", "Formerly"), ", ".join(move.old_name for move in dossier.routing.moved_units)
    if page.brought_over is not None:
        yield output.say("Chuyển từ", "Brought over from"), _old_code(page.brought_over, output)
    printed = dossier.deadlines.printed_promise
    if printed is not None and printed != (dossier.deadlines.promised_due or dossier.deadlines.statutory_due):
        yield output.say("Hẹn in trên phiếu", "Promise as printed"), at(printed)
    for letter in page.letters:
        yield output.say("Đổi lịch theo", "Calendar changed by"), f"{letter.letter} ({at(letter.at)})"
    for one in dossier.deadlines.timing.corrections if dossier.deadlines.timing else ():
        yield output.say("Tiếp nhận đính chính", "Receipt corrected"), f"{at(one.before)} → {at(one.after)}"


def _how_far(page: DossierPage, names: Names, output: Output) -> Iterator[tuple[str, str]]:
    """The current step, supplement requests, escalation, and the check of the identity."""
    row, dossier = page.row, page.dossier
    if row.step and row.ended_at is None:
        holder = output.say(f", giao cho {row.assignee}", f", with {row.assignee}") if row.assignee else ""
        yield output.say("Bước", "Step"), names.step(row.step) + holder
    if len(dossier.processing.supplements) > 1:
        times, counted = len(dossier.processing.supplements), output.of(SECOND_SUPPLEMENT)
        yield (
            output.say("Bổ sung", "Supplements"),
            output.say(f"đã yêu cầu {times} lần; ", f"asked {times} times; ") + counted,
        )
    if row.rung:
        yield output.say("Leo thang", "Escalated"), _escalated(row.rung, names, output)
    if dossier.intake.accepted_at is not None:  # before intake it is not known whether a check is needed
        yield output.say("Danh tính", "Identity"), output.of(IDENTITIES[dossier.applicant.identity])


def _old_code(old: BroughtOver, output: Output) -> str:
    """The older system and the code that is on the applicant's old receipt."""
    since = at(old.received_at)
    return output.say(
        f"{old.system}, mã cũ {old.code}, tiếp nhận lúc {since}", f"{old.system}, old code {old.code}, received {since}"
    )


def _escalated(code: str, names: Names, output: Output) -> str:
    """The meaning of the rung, with its code. A rung that is not in the ladder in force is shown by its code alone."""
    rung = names.rungs.get(code)
    return code if rung is None else f"{output.of(rung_name(rung))} [{code}]"


def _result(page: DossierPage, names: Names, output: Output) -> Iterator[tuple[str, str]]:
    dossier = page.dossier
    if dossier.signing.status is not SigningStatus.NONE:
        # The unit is shown with the name that it had when the result was issued.
        then = replace(names, on=dossier.ended_at.date()) if dossier.ended_at else names
        where = f" ({then.unit(dossier.signing.unit)})" if dossier.signing.unit else ""
        yield output.say("Ký", "Signature"), output.of(SIGNING[dossier.signing.status]) + where
    if dossier.result.number:
        yield output.say("Kết quả số", "Result"), dossier.result.number
    if dossier.result.registry and dossier.ended_at:
        system = output.of(system_name(dossier.result.registry))
        yield output.say("Đồng bộ", "Synchronised"), f"{system}: {_synchronised(dossier, names, output)}"
    if dossier.result.stars:
        yield output.say("Đánh giá", "Rated"), f"{dossier.result.stars}/5"


def _synchronised(dossier: Dossier, names: Names, output: Output) -> str:
    """The state of the entry in the registry. After a final refusal: who must act, because it is not sent again."""
    if dossier.result.reference is not None:
        return output.say("xong", "done")
    refused = next((one for one in dossier.incidents if one.final and one.kind == EffectKind.REGISTER), None)
    if refused is None:
        return output.say("đang chờ", "under way")
    since, why = at(refused.since), output.of(failure_name(refused.code, refused.system))
    unit = names.unit(dossier.routing.responsible or dossier.routing.received_by)
    return output.say(
        f"từ chối hẳn lúc {since} ({why}), không tự gửi lại; kết quả đã cấp vẫn có hiệu lực. "
        f"Người vận hành, {unit} làm việc với cơ quan quản lý hệ thống này để ghi kết quả vào đó",
        f"refused for good at {since} ({why}), not sent again; the result stands. "
        f"The operator, {unit} settles with the registry's keeper how the result is entered there",
    )


def _section(heading: str, lines: list[Text], style: str = "bold", lead: int = 2) -> Iterator[RenderableType]:
    """A heading with its lines.

    `lead` is the width of the mark or name at the beginning; wrapped text goes behind it.
    """
    if lines:
        yield Text(f"\n{heading}", style)
        for line in lines:
            yield line if line.no_wrap else Padding(_hanging(line, lead), INDENT, expand=False)


def _hanging(line: Text, lead: int) -> Table:
    table = Table.grid()
    table.add_column(no_wrap=True, min_width=lead)
    table.add_column()
    table.add_row(line[:lead], line[lead:])
    return table


def _titles(page: DossierPage, output: Output) -> dict[WhichClock, str]:
    return {
        WhichClock.PROMISED: _promise(page, output),
        WhichClock.STATUTORY: output.say("Theo quy định", "Statutory"),
    }


def _clocks(page: DossierPage, output: Output) -> Iterator[tuple[WhichClock, Text]]:
    by_clock = {clock.clock: clock for clock in page.clocks}
    for which in (WhichClock.PROMISED, WhichClock.STATUTORY):
        clock = by_clock.get(which)
        if clock is not None:
            due = at(clock.due) if clock.due else output.say("ngoài lịch làm việc", "beyond the calendar")
            yield which, Text(f"{due}   ").append(*_standing(clock, output)).append(_new_date(clock, output), "dim")
        elif page.dossier.deadlines.timing is not None:
            yield which, Text(output.say("không có", "none"), "dim")


def _new_date(clock: ClockNow, output: Output) -> str:
    """The date under the calendar in force, if the date of an earlier calendar binds; else nothing."""
    if clock.bound is None:
        return ""
    new = clock.bound.in_force
    text = at(new) if new else output.say("ngoài lịch làm việc", "beyond the calendar")
    return output.say(
        f"; hạn trước khi đổi lịch vẫn ràng buộc (theo lịch mới: {text})",
        f"; the date before the calendar's change still binds (under the new one: {text})",
    )


def _promise(page: DossierPage, output: Output) -> str:
    """The title of the promised date. It names Green Stream only if that has shortened the limit."""
    timing = page.dossier.deadlines.timing
    due = {clock.clock: clock.due for clock in page.clocks}
    shortened = due.get(WhichClock.PROMISED) != due.get(WhichClock.STATUTORY)
    if timing is not None and timing.green is not None and shortened:
        return output.say("Hẹn trả (Luồng Xanh)", "Promised (Green Stream)")
    return output.say("Hẹn trả", "Promised")


def _standing(clock: ClockNow, output: Output) -> tuple[str, str]:
    if clock.due is None:
        text = output.say("sẽ tính khi lịch được bổ sung", "to be computed when the calendar is extended")
        return text, "yellow"
    spent = output.of(working_time(clock.minutes))
    if clock.going is Going.WITHOUT_RESULT:
        return _without_result(clock, spent, output)
    if clock.timeliness is Timeliness.LATE:
        if clock.going is Going.ENDED:
            return output.say(f"trễ {spent} làm việc", f"late by {spent} of working time"), "bold red"
        return output.say(f"quá hạn {spent} làm việc", f"overdue by {spent} of working time"), "bold red"
    if clock.going is Going.ENDED:
        return output.say(f"đúng hạn, sớm {spent} làm việc", f"on time, {spent} of working time early"), "green"
    left = output.say(f"còn {spent} làm việc", f"{spent} of working time left")
    if clock.going is Going.PAUSED:
        return left + output.say(", đang tạm dừng", ", paused"), "yellow"
    return left, "green" if clock.minutes > WORKING_MINUTES_A_DAY else "yellow"


def _without_result(clock: ClockNow, spent: str, output: Output) -> tuple[str, str]:
    """The text for a stopped or withdrawn dossier: the state of the clock at the end. Nothing was on time."""
    if clock.timeliness is Timeliness.LATE:
        text = f"kết thúc không có kết quả, khi đã quá hạn {spent} làm việc"
        return output.say(text, f"ended without a result, overdue by {spent} of working time"), "bold red"
    text = f"kết thúc không có kết quả, khi còn {spent} làm việc"
    return output.say(text, f"ended without a result, with {spent} of working time left"), "dim"


def _work(page: DossierPage, names: Names, output: Output) -> Iterator[Text]:
    for item in page.work:
        act, step = output.of(work_name(item.act)), names.step(page.row.step)
        about = item.act in STEP_ACTS and page.row.step and step.casefold() != act.casefold()
        yield one_line(f"• {_who(item, names, output)}: {act}" + (f" “{step}”" if about else ""))


def _who(item: WorkItem, names: Names, output: Output) -> str:
    person = f" ({item.person})" if item.person else ""
    where = "" if item.role is Role.APPLICANT else f", {names.unit(item.unit)}"
    return f"{begun(output.of(ROLES[item.role]))}{person}{where}"


def _stuck(page: DossierPage, output: Output) -> Iterator[Text]:
    if page.stuck is None:
        return
    since, cause = at(page.stuck.since), output.of(cause_name(page.stuck.code))
    text = output.say(
        f"không tự chạy tiếp từ {since}, vì {cause}: thời hạn vẫn tính, lệnh gửi đến sẽ chờ.",
        f"does not go on by itself since {since}, because {cause}: its clocks run, commands wait.",
    )
    yield one_line(f"• {text}")
    yield one_line(f"• {output.say('Người vận hành lập kế hoạch sửa', 'An operator plans its repair')}:")
    yield to_copy(f"{called()} ops plan restart {page.row.code} --by … --reason …")


def _unread(page: DossierPage, output: Output) -> Iterator[Text]:
    for row in page.unread:
        role = role_name(row.role)
        text = output.say(
            f"phiên bản {row.version}: sự kiện “{row.kind}”, do {role.vi} ghi",
            f"version {row.version}: event {row.kind}, by {role.en}",
        )
        yield one_line(f"• {text}")
    if page.unread:
        why = output.say("Bản mới hơn đã ghi, hoặc dòng đã bị sửa", "A newer release wrote them, or they were altered")
        yield one_line(f"• {why}:")
        yield to_copy(f"{called()} ledger verify {page.row.code}")


def _incidents(page: DossierPage, output: Output) -> Iterator[Text]:
    for incident in page.dossier.incidents:
        system = output.of(system_name(incident.system))
        then = (
            output.say("cần người vận hành xử lý", "an operator must look")
            if incident.final
            else output.say("hệ thống đang tự gọi lại, hồ sơ vẫn tiếp tục", "retried by itself; the dossier goes on")
        )
        since = output.say("từ", "since")
        why = output.of(failure_name(incident.code, incident.system))
        yield one_line(f"• {system}: {why}, {since} {at(incident.since)} (×{incident.failures}) – {then}")
