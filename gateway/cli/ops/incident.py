"""`luongxanh ops incident`: what needs a person, and what people do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.repairs.causes import Cause
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import read_object
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.ops.incident_page import (
    acts_lines,
    acts_table,
    incident_lines,
    incident_table,
    narrow_list,
    next_lines,
    restarts_table,
    tries_lines,
)
from gateway.cli.output import PLAIN, Output, console, print_json, print_json_lines, show, tell
from gateway.cli.problems import CommandLineProblem, ErrorInWords, Exit, as_json, as_lines, exit_code_of
from gateway.cli.tables import TABLE_FROM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.incidents import Incident
    from gateway.client.incidents import Correction, Incidents, Order

app = App(
    name="incident",
    help="Sự cố cần người xử lý: xem, thử lại, giao, ghi nhận (incidents: list, show, retry, assign, resolve)",
    sort_key=10,
)

Id = Annotated[str, Parameter(help="Mã sự cố, như trong danh sách (the incident's id, as listed)")]
Ids = Annotated[list[str], Parameter(help="Một hay nhiều mã sự cố (one or more ids)", negative="")]
By = Annotated[str, Parameter(help="Mã nội bộ người thực hiện (who orders it)")]
Reason = Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")]
RightParticulars = Annotated[
    str | None,
    Parameter(
        help="Tệp JSON thông tin đúng của chủ hồ sơ, khi xác minh bị từ chối (the right particulars, a JSON file)",
        allow_leading_hyphen=True,
    ),
]
OtherSigner = Annotated[
    str | None, Parameter(help="Người ký khác, khi ký bị từ chối (another signer, for a refused signature)")
]
SignersUnit = Annotated[str | None, Parameter(help="Đơn vị của người ký đó (that signer's unit)")]
NothingDone = Annotated[
    str | None,
    Parameter(help="Bằng chứng hệ thống ngoài chưa làm gì; cần hai người vận hành (two operators state it)"),
]
RegisteredAs = Annotated[
    str | None, Parameter(help="Số đã có ở hệ thống nhận, ghi nhận số đó (adopt the registry's existing number)")
]
MOST = 10_000
"""Incidents in one list."""


@app.command(name="list")
async def list_incidents(
    *,
    cause: Annotated[Cause | None, choice("Nguyên nhân (cause)", Cause)] = None,
    system: Annotated[str | None, Parameter(help="Hệ thống, như civil (the outside system or relay)")] = None,
    unit: Annotated[str | None, Parameter(help="Đơn vị chịu trách nhiệm (the unit that answers for it)")] = None,
    mine: Annotated[
        bool, Parameter(negative="", help="Giao cho người nêu ở --by (assigned to whom --by names)")
    ] = False,
    assigned: Annotated[
        bool | None, Parameter(negative="--unassigned", help="Đã giao, hoặc chưa (assigned, or not)")
    ] = None,
    resolved: Annotated[
        bool, Parameter(negative="", help="Cả sự cố đã ghi nhận xử lý (also those noted as dealt with)")
    ] = False,
    by: Annotated[str | None, Parameter(help="Với --mine: mã nội bộ (with --mine: whose)")] = None,
    limit: Annotated[int, Parameter(help="Nhiều nhất bao nhiêu dòng (at most so many)")] = 100,
    output: Output = PLAIN,
) -> None:
    """Mọi việc cần người xử lý, cũ nhất trước (everything that needs a person, the oldest first).

    Lời gọi hệ thống ngoài hỏng hay bị từ chối, hồ sơ kẹt, chuyển giao quá hạn chưa nhận, tin và webhook không chuyển
    được, đợt triển khai kẹt. Sự cố tự đóng khi hết nguyên nhân. (Calls that fail or were refused, stuck dossiers,
    handovers that nobody acknowledged, events and webhooks that were not taken, stuck rollouts. An incident closes by
    itself when its cause is gone.)

    Ví dụ (example):
      luongxanh ops incident list --cause refused_for_good --system civil
      luongxanh ops incident list --mine --by cb.TTPVHCC.operator.1
    """
    from activities.ledger.incident_rows import IncidentFilter

    if mine and by is None:
        raise CommandLineProblem(CommandLineRefusal.MINE_WITHOUT_PERSON)
    wanted = IncidentFilter(
        cause=cause, system=system, unit=unit, assigned_to=by if mine else None, assigned=assigned,
        resolved=None if resolved else False,
    )  # fmt: skip
    async with dependencies().open_engine() as engine:
        rows = await _incidents(engine).found(wanted, limit=min(limit, MOST) + 1)
    _show_list(rows[:limit], output, more=len(rows) > limit)


def _show_list(rows: list[Incident], output: Output, *, more: bool) -> None:
    if output.json:
        print_json_lines(_as_json(one) for one in rows)
        return
    if not rows:
        show(output.say("Không có sự cố nào.", "There is no incident."))
        return
    if console().width < TABLE_FROM:
        show(*narrow_list(rows, output))
    else:
        show(incident_table(rows, output))
    hint = output.say(" Còn nữa: thêm --limit.", " There are more: add --limit.") if more else ""
    tell(output.say(f"{len(rows)} sự cố.{hint}", f"Incidents: {len(rows)}.{hint}"))
    tell(*next_lines(rows[0], output))


@app.command(name="show")
async def show_incident(incident: Id, /, *, output: Output = PLAIN) -> None:
    """Một sự cố: nguyên nhân, từ lúc nào, ai đã làm gì, làm được gì (one incident: cause, since, acts, what to do).

    Lời gọi còn được thử lại thì nói lần thử tới và vì sao lần trước hỏng. --json: "tries" null khi Temporal không trả
    lời. (Of a call that is tried again: the next try, and why the last one failed. --json: "tries" is null when
    Temporal does not answer.)

    Ví dụ (example):
      luongxanh ops incident show call.H42.101-250805-0001.register-1
    """
    async with dependencies().open_engine() as engine:
        known = _incidents(engine)
        found = await known.one(incident)
        acts, tries = await known.acts(found), await known.tries(found)
    if output.json:
        told = None if tries is None else [one.model_dump(mode="json") for one in tries]
        print_json({**_as_json(found), "tries": told, "acts": [one.model_dump(mode="json") for one in acts]})
        return
    show(*incident_lines(found, output), *tries_lines(tries, output), *acts_lines(acts, output))
    tell(*next_lines(found, output))


@app.command
async def retry(
    incidents: Ids,
    /,
    *,
    by: By,
    reason: Reason,
    signer: OtherSigner = None,
    unit: SignersUnit = None,
    applicant: RightParticulars = None,
    nothing_done: NothingDone = None,
    registered_as: RegisteredAs = None,
    output: Output = PLAIN,
) -> int:
    """Thử lại: gọi lại việc bị từ chối hẳn, gửi lại webhook, cho đợt chạy tiếp (try again).

    Hồ sơ kẹt thì lập kế hoạch: luongxanh ops plan restart MÃ_HỒ_SƠ (a stuck dossier is repaired by a plan).

    Việc bị từ chối được gọi với mã mới, nên không làm hai lần. Một sự cố bị từ chối không dừng các sự cố sau. (A
    refused call is asked under a new id, so nothing is done twice; a refused one does not stop the others.)

    Việc chưa bị từ chối hẳn thì hệ thống vẫn tự gọi lại. Nếu hệ thống ngoài cho biết chưa làm gì, hai người vận hành
    lần lượt ghi --nothing-done, rồi việc được gọi với mã mới. (For a call that was not refused for good, two operators
    state what that system's people answered; then it is asked under a new id.)

    Hệ thống nhận đã có kết quả dưới số khác (registered_elsewhere): ghi nhận số đó bằng --registered-as, hoặc nhờ hủy
    bản ghi kia rồi thử lại không kèm số. (A registry has the result under another number: adopt it, or have the other
    entry voided, then retry without a number.)

    Ví dụ (example):
      luongxanh ops incident retry call.H42.101-250805-0001.register-1 \\
        --by cb.TTPVHCC.operator.1 --reason "Đã mở lại tài khoản, công văn 12"
      luongxanh ops incident retry call.H42.101-250805-0001.sign-1 --signer cb.13366.signatory.2 \\
        --by cb.TTPVHCC.operator.1 --reason "Chứng thư hết hạn"
    """
    corrected = _correction(applicant, signer, unit, nothing_done, registered_as)
    if len(incidents) > 1 and corrected.given:
        raise CommandLineProblem(CommandLineRefusal.CORRECTION_OF_SEVERAL)
    said = output.say("thử lại", "retried")
    return await _each(
        incidents, by, reason, output, said, lambda known, one, order: known.retry(one, order, corrected)
    )


def _correction(
    applicant: str | None, signer: str | None, unit: str | None, nothing_done: str | None, registered_as: str | None
) -> Correction:
    """The corrected input. Raises the errors of `read_object` and of `validated_strictly`."""
    from pydantic import TypeAdapter

    from gateway.client.incidents import Correction
    from gateway.client.requests import Applicant, validated_strictly

    person = None
    if applicant is not None:
        person = validated_strictly(TypeAdapter(Applicant), read_object(applicant))
    return Correction(
        applicant=person, signer=signer, unit=unit, nothing_done=nothing_done, registered_as=registered_as
    )


@app.command
async def assign(
    incidents: Ids,
    /,
    *,
    to: Annotated[str, Parameter(help="Mã nội bộ người vận hành phải xem (the operator who is to look)")],
    by: By,
    reason: Reason,
    output: Output = PLAIN,
) -> int:
    """Giao sự cố cho một người vận hành (name the operator who is to look).

    Ví dụ (example):
      luongxanh ops incident assign workflow.H42.101-250805-0001 --to cb.TTPVHCC.operator.2 \\
        --by cb.TTPVHCC.operator.1 --reason "Ca chiều"
    """
    said = output.say(f"giao cho {to}", f"assigned to {to}")
    return await _each(incidents, by, reason, output, said, lambda known, one, order: known.assign(one, to, order))


@app.command
async def resolve(incidents: Ids, /, *, by: By, reason: Reason, output: Output = PLAIN) -> int:
    """Ghi nhận đã xử lý; tin đã để lại thì bỏ hẳn (note as dealt with; an event that was set aside is left out).

    Bị từ chối khi nguyên nhân còn và hệ thống còn cách xử lý. (Refused while its cause is there and the engine offers
    another action.)

    Ví dụ (example):
      luongxanh ops incident resolve relay.portal.H42.101-250805-0001.7 \\
        --by cb.TTPVHCC.operator.1 --reason "Đã đính chính địa chỉ trên Cổng"
    """
    said = output.say("ghi nhận đã xử lý", "noted as dealt with")
    return await _each(incidents, by, reason, output, said, lambda known, one, order: known.resolve(one, order))


@app.command(name="acts")
async def list_acts(
    *,
    limit: Annotated[int, Parameter(help="Nhiều nhất bao nhiêu dòng (at most so many)")] = 50,
    output: Output = PLAIN,
) -> None:
    """Người vận hành đã làm gì, mới nhất trước: với sự cố, và các lần chạy lại hồ sơ (what operators did).

    --json: mỗi mục một dòng, "list" là act (với sự cố) hay restart (lần chạy lại). (One a line; "list" says which.)

    Ví dụ (example):
      luongxanh ops incident acts --limit 20
    """
    from activities.ledger.incident_rows import IncidentRows
    from activities.ledger.stuck_dossiers import StuckDossiers

    async with dependencies().open_ledger() as pool:
        acts = await IncidentRows(pool).latest(limit)
        restarts = await StuckDossiers(pool).restarts(limit)
    if output.json:
        print_json_lines({"list": "act", **one.model_dump(mode="json")} for one in acts)
        print_json_lines({"list": "restart", **one.model_dump(mode="json")} for one in restarts)
        return
    if acts:
        show(acts_table(acts, output))
    if restarts:
        show(restarts_table(restarts, output))
    if not acts and not restarts:
        show(output.say("Chưa ai làm gì.", "Nobody has done anything yet."))


async def _each(
    incidents: list[str],
    by: str,
    reason: str,
    output: Output,
    said: str,
    act: Callable[[Incidents, str, Order], Awaitable[Incident]],
) -> int:
    """Acts on one incident after the other. The exit code is that of the first refusal."""
    from gateway.client.admitting.operators import this_machine
    from gateway.client.incidents import Order

    code = int(Exit.DONE)
    async with dependencies().open_engine() as engine:
        known, order = _incidents(engine), Order(this_machine(), reason, who=by)
        for incident in dict.fromkeys(incidents):
            try:
                found = await act(known, incident, order)
            except Exception as refused:
                if not isinstance(refused, ErrorInWords) or len(incidents) == 1:
                    raise
                code = code or int(exit_code_of(refused))
                _show_refused(incident, refused, output)
            else:
                _show_done(found, said, output)
    return code


def _show_done(found: Incident, said: str, output: Output) -> None:
    if output.json:
        print_json_lines([{**_as_json(found), "done": True}])
    else:
        show(f"✓ {found.id}: {said}")


def _show_refused(incident: str, refused: ErrorInWords, output: Output) -> None:
    if output.json:
        print_json_lines([{"id": incident, "done": False, **as_json(refused)}])
    else:
        tell(f"✗ {incident}", *list(as_lines(refused)))


def _incidents(engine: object) -> Incidents:
    from gateway.client.incidents import Incidents

    return Incidents(engine)  # type: ignore[arg-type]


def _as_json(one: Incident) -> dict[str, object]:
    return {**one.model_dump(mode="json"), "actions": list(one.actions)}
