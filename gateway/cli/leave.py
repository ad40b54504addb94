"""`luongxanh leave`: absences and delegations for a period: lists, enters, withdraws."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from domain.roles import Role
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import instant, validated
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, print_json, print_json_lines, show, tell
from gateway.cli.problems import CommandLineProblem

if TYPE_CHECKING:
    from domain.organisation.leave import LeaveEntry
    from domain.rules.province import Province
    from gateway.access.principals import MachineAccount
    from gateway.client.leave import LeaveOrders

app = App(name="leave", help="Nghỉ và ủy quyền có thời hạn (absences and delegations for a period)")

By = Annotated[str, Parameter(help="Mã nội bộ người ghi: chính người đó hoặc lãnh đạo đơn vị (who enters it)")]
Ground = Annotated[str, Parameter(help="Lý do, căn cứ; lưu vĩnh viễn (why; kept for good)", allow_leading_hyphen=True)]
Roles = Annotated[
    list[Role] | None,
    choice("Vai trò ủy quyền; ghi nhiều lần được (the roles to delegate; may be repeated)", Role, name="--role"),
]


@app.command(name="list")
async def list_leave(
    *,
    unit: Annotated[str | None, Parameter(help="Chỉ cán bộ của đơn vị này (only people of this unit)")] = None,
    person: Annotated[str | None, Parameter(help="Chỉ lần ghi có người này (only entries with this person)")] = None,
    every: Annotated[
        bool, Parameter(name="--all", negative="", help="Cả lần đã hết hạn hay đã rút (also what is over or withdrawn)")
    ] = False,
    output: Output = PLAIN,
) -> None:
    """Ai nghỉ, ai được ủy quyền, lúc này và sắp tới, mới ghi trước (who is away and who stands in, the newest first).

    Phần ghi trong people.yaml không có ở đây. (What people.yaml says is not here.)
    --json: mỗi lần ghi một dòng (one entry a line).

    Ví dụ (examples):
      luongxanh leave list --unit 13366
      luongxanh leave list --person cb.13366.specialist.1 --all --json
    """
    from domain.values import VIETNAM
    from gateway.cli.leave_page import leave_lines

    now = datetime.now(VIETNAM)
    async with _orders() as (orders, province):
        entries = [one for one in await orders.entries() if every or (one.counts and one.until > now)]
    if unit is not None:
        entries = _of_unit(entries, province, unit, now)
    if person is not None:
        entries = [one for one in entries if person in (one.person, one.receiver)]
    if output.json:
        print_json_lines(_as_json(one, now) for one in entries)
        return
    for one in entries:
        show(*leave_lines(one, now, output))
    tell(output.say(f"{len(entries)} lần ghi", f"Entries: {len(entries)}"))


@app.command
async def enter(
    person: Annotated[str, Parameter(help="Mã nội bộ người nghỉ hoặc ủy quyền (who is away, or delegates)")],
    /,
    *,
    began: Annotated[datetime | None, Parameter(name="--from", help="Từ lúc; mặc định bây giờ (from)")] = None,
    ended: Annotated[datetime, Parameter(name="--to", help="Đến lúc (until)")],
    reason: Ground,
    by: By,
    receiver: Annotated[str | None, Parameter(help="Ủy quyền cho ai; không ghi: chỉ là nghỉ (to whom)")] = None,
    roles: Roles = None,
    legal_basis: Annotated[
        str | None, Parameter(help="Căn cứ, khi ủy quyền sang đơn vị khác (the basis for another unit)")
    ] = None,
    output: Output = PLAIN,
) -> None:
    """Ghi một lần nghỉ, hoặc với --receiver một lần ủy quyền (enter an absence, or with --receiver a delegation).

    Ủy quyền chỉ có hiệu lực khi người ủy quyền đang nghỉ: ghi cả hai. Sau một, hai giây mọi nơi đều tính.
    (A delegation counts only while its giver is away: enter both. It counts everywhere within two seconds.)

    Ví dụ (examples):
      luongxanh leave enter cb.13366.specialist.1 --to 2026-12-04T17:00+07:00 \\
        --reason 'Nghỉ phép năm' --by cb.13366.head_of_unit.1
      luongxanh leave enter cb.13366.specialist.1 --receiver cb.13366.specialist.2 --role specialist \\
        --to 2026-12-04T17:00+07:00 --reason 'TB 12/TB-UBND' --by cb.13366.head_of_unit.1
    """
    from domain.organisation.leave import AbsenceToEnter, DelegationToEnter
    from domain.values import VIETNAM

    given: dict[str, Any] = {
        "person": person, "ground": reason, "began": instant(began) if began else datetime.now(VIETNAM),
        "ended": instant(ended),
    }  # fmt: skip
    if receiver is None:
        if roles or legal_basis:
            raise CommandLineProblem(CommandLineRefusal.DELEGATION_WITHOUT_RECEIVER)
        entry: AbsenceToEnter | DelegationToEnter = validated(AbsenceToEnter, given)
    else:
        given |= {"receiver": receiver, "roles": tuple(roles or ()), "legal_basis": legal_basis}
        entry = validated(DelegationToEnter, given)
    async with _orders() as (orders, _):
        _show_one(await orders.enter(_account(), entry, by), output)


@app.command
async def withdraw(
    number: Annotated[int, Parameter(help="Số của lần ghi, như trong danh sách (its number, as listed)")],
    /,
    *,
    reason: Ground,
    by: By,
    output: Output = PLAIN,
) -> None:
    """Rút một lần ghi từ lúc này; không xóa gì (withdraw an entry from now on; nothing is deleted).

    Về sớm: người đang nghỉ chưa đăng nhập được, nên lãnh đạo đơn vị rút lần nghỉ; rút cả ủy quyền nếu có.
    (Who comes back early cannot sign in yet: the head of the unit withdraws the absence.)

    Ví dụ (example):
      luongxanh leave withdraw 7 --reason 'Về sớm' --by cb.13366.head_of_unit.1
    """
    async with _orders() as (orders, _):
        _show_one(await orders.withdraw(_account(), number, reason, by), output)


@asynccontextmanager
async def _orders() -> AsyncIterator[tuple[LeaveOrders, Province]]:
    """The register, and the province whose people it is about. Only PostgreSQL is needed."""
    from activities.province import load_province
    from gateway.client.leave import LeaveInForce, LeaveOrders

    province = load_province(dependencies().province_folder())
    async with dependencies().open_ledger() as pool:
        in_force = LeaveInForce(pool, lambda: province.staff)
        await in_force.refresh()
        yield LeaveOrders(pool, in_force), province


def _account() -> MachineAccount:
    from gateway.client.admitting.operators import this_machine

    return this_machine()


def _show_one(entry: LeaveEntry, output: Output) -> None:
    from domain.values import VIETNAM
    from gateway.cli.leave_page import leave_lines

    now = datetime.now(VIETNAM)
    if output.json:
        print_json(_as_json(entry, now))
        return
    show(*leave_lines(entry, now, output))


def _as_json(entry: LeaveEntry, now: datetime) -> dict[str, Any]:
    return {**entry.model_dump(mode="json"), "in_force": entry.in_force(now)}


def _of_unit(entries: list[LeaveEntry], province: Province, unit: str, now: datetime) -> list[LeaveEntry]:
    """The entries with a person of the unit. Raises NotFound `unknown_unit`."""
    from gateway.views.names import Names

    Names.of_province(province, now.date()).require_unit(unit)
    staff = province.staff

    def within(person: str | None) -> bool:
        known = person is not None and staff.knows(person)
        return known and any(post.unit == unit for post in staff.posts_of(str(person), now))

    return [one for one in entries if within(one.person) or within(one.receiver)]
