"""`luongxanh relay`: shows the progress of relays and the events set aside, and lets a relay begin again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from domain.outside_systems import System
from domain.text.sentences import many
from gateway.cli.choices import help_with
from gateway.cli.confirming import Yes, require_confirmed
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import dossier_code
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.operators import ordered
from gateway.cli.output import PLAIN, Output, console, one_line, print_json, print_json_lines, show, tell
from gateway.cli.problems import CommandLineProblem
from gateway.cli.relay_page import (
    RELAY_CHOICES,
    begun_again_lines,
    how_to_go_on,
    how_to_resolve,
    in_doubt_lines,
    readers_table,
    refused_digests_table,
    relay_named,
    repetition_lines,
    set_aside_list,
    set_aside_table,
    stopped_webhooks_table,
    webhook_line,
)
from gateway.cli.tables import TABLE_FROM
from gateway.i18n.wording import cause_name

app = App(name="relay")

Relay = Annotated[str, Parameter(help=help_with("Tên kênh (a relay's name)", RELAY_CHOICES))]
By = Annotated[str, Parameter(help="Mã nội bộ người vận hành (an operator)")]
FROM_THE_SOFTWARE = System.INTERCONNECTION.value


@app.command
async def status(*, output: Output = PLAIN) -> None:
    """Mỗi kênh đã chuyển đến đâu, còn bao nhiêu sự kiện, từ lúc nào (how far each relay is, and what waits).

    --json: mỗi kênh một dòng; begun_again là lần chuyển lại từ đầu gần nhất, in_doubt là số hồ sơ sẽ được xem lại trên
    Cổng (one relay a line; begun_again: its latest order to begin again; in_doubt: dossiers to be looked at once more).
    """
    from activities.ledger.feed import Feed, FeedReader
    from activities.relays.begin_again import RelayBeginnings
    from activities.relays.portal_doubts import PortalDoubts
    from activities.relays.set_aside import SetAsideList

    async with dependencies().open_ledger() as pool:
        in_doubt = await PortalDoubts(pool, lambda: pool).count()
        readers, aside = await Feed(pool).status(), await SetAsideList(pool).counts()
        latest = await RelayBeginnings(pool).latest()
    if not output.json:
        lines = begun_again_lines(list(latest.values()), output)
        doubted = in_doubt_lines(in_doubt, output)
        show(readers_table(readers, aside, output), *map(one_line, [*doubted, *lines]))
        return
    print_json_lines(
        {
            **one.model_dump(mode="json"),
            "set_aside": aside.get(one.reader, 0),
            "in_doubt": in_doubt if one.reader == FeedReader.PORTAL else 0,
            "begun_again": latest[one.reader].model_dump(mode="json") if one.reader in latest else None,
        }
        for one in readers
    )


@app.command
async def problems(relay: Relay | None = None, /, *, output: Output = PLAIN) -> None:
    """Sự kiện chưa chuyển được ra ngoài, cần người xử lý (events that could not be handed on).

    Cả webhook đã ngừng gửi, khi không nêu kênh (webhooks that stopped too, when no relay is named).

    --json: mỗi mục một dòng; mục của webhook có relay là webhooks (one entry a line; a webhook's has the relay
    webhooks).
    """
    from activities.relays.set_aside import SetAsideList
    from activities.webhooks.progress import WebhookProgress

    async with dependencies().open_ledger() as pool:
        aside = await SetAsideList(pool).open(relay)
        stopped = await WebhookProgress(pool).stopped() if relay is None else []
    if output.json:
        print_json_lines([*(one.model_dump(mode="json") for one in aside), *map(webhook_line, stopped)])
        return
    if aside:
        narrow = console().width < TABLE_FROM
        show(*(set_aside_list(aside, output) if narrow else [set_aside_table(aside, output)]))
        tell(how_to_resolve(aside[0], output))
    if stopped:
        show(stopped_webhooks_table(stopped, output))
        tell(how_to_go_on(output))
    if not aside and not stopped:
        show(output.say("Không có sự kiện nào bị để lại.", "Nothing is set aside."))


@app.command
async def resolve(
    relay: Relay,
    code: Annotated[str, Parameter(help="Mã hồ sơ (a dossier's code)")],
    version: Annotated[int, Parameter(help="Phiên bản, như relay problems ghi (the version, as listed)")],
    /,
    *,
    by: By,
    reason: Annotated[str, Parameter(help="Đã xử lý thế nào, được ghi lại (what was done; it is recorded)")],
    output: Output = PLAIN,
) -> None:
    """Ghi nhận một sự kiện chưa chuyển được là đã xử lý (take an entry off the list, with who and why).

    Không chuyển lại sự kiện đó: sự kiện sau của hồ sơ báo cho Cổng mọi thông tin mới nhất. (Nothing is handed on anew:
    the dossier's next event tells the portal everything as it stands then.)

    Ví dụ (example):
      luongxanh relay resolve portal H42.101-250805-0001 7 --by cb.TTPVHCC.operator.1 --reason "Đã đính chính địa chỉ"
    """
    from activities.relays.set_aside import SetAsideList

    wanted = dossier_code(code)
    who = ordered(by, reason)
    async with dependencies().open_ledger() as pool:
        done = await SetAsideList(pool).resolve(relay, wanted, version, who, reason)
    if output.json:
        print_json({**done.model_dump(mode="json"), "resolved": True})
    else:
        cause = output.of(cause_name(done.code, done.relay))
        entry = f"{output.of(relay_named(done.relay))}  {done.dossier}  {done.version}  {cause}"
        show(output.say(f"Đã ghi nhận đã xử lý: {entry}", f"Resolved: {entry}"))


@app.command(name="send-again")
async def send_again(
    what: Annotated[
        str, Parameter(help="Mã hồ sơ, hoặc mã của tin, như relay digests ghi (a dossier's code, or a digest's id)")
    ],
    version: Annotated[
        int | None, Parameter(help="Phiên bản của hồ sơ, như relay problems ghi (the version, as listed)")
    ] = None,
    /,
    *,
    by: By,
    reason: Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")],
    relay: Relay = FROM_THE_SOFTWARE,
    output: Output = PLAIN,
) -> None:
    """Cho gửi lại một mục chưa chuyển được, hoặc một tin cho cán bộ đã bị từ chối (have something sent again).

    Không nêu kênh: phần mềm liên thông. Các trạng thái sau của hồ sơ đang chờ sau mục này được gửi tiếp theo thứ tự;
    Cổng nhận trạng thái mới nhất cùng các bước từ mục này. Tin cho cán bộ được gửi nguyên văn, trừ giờ nghỉ. Tiến trình
    xử lý gửi sau vài giây. (Without a relay: the interconnection software. The later statuses that wait behind it
    follow in order; the portal gets the newest state with all steps since. A digest goes as it was written, but not in
    quiet hours. A running worker sends it within seconds.)

    Ví dụ (example):
      luongxanh relay send-again H42.101-250805-0001 7 --by cb.TTPVHCC.operator.1 --reason "Đã sửa mã" --relay portal
      luongxanh relay send-again 6f1c0d4e-… --by cb.TTPVHCC.operator.1 --reason "Đã sửa hộp thư"
    """
    from activities.ledger.staff_notices import RefusedDigest, StaffNotices
    from activities.relays.set_aside import SetAside, SetAsideList

    done: SetAside | RefusedDigest
    if version is None and (digest := _digest_id(what)):
        who = ordered(by, reason)
        async with dependencies().open_ledger() as pool:
            done = await StaffNotices(pool).order_again(digest, who, reason)
        entry = f"{done.id}  {done.recipient}  {output.of(cause_name(done.code))}"
    else:
        wanted, which, who = dossier_code(what), _required(version), ordered(by, reason)
        async with dependencies().open_ledger() as pool:
            done = await SetAsideList(pool).order_again(relay, wanted, which, who, reason)
        entry = f"{output.of(relay_named(done.relay))}  {done.dossier}  {done.version}"
    if output.json:
        print_json({**done.model_dump(mode="json"), "ordered": True})
    else:
        show(output.say(f"Sẽ gửi lại: {entry}", f"Will be sent again: {entry}"))


def _required(version: int | None) -> int:
    if version is None:
        missing = {"options": "VERSION", "command": "luongxanh relay send-again"}
        raise CommandLineProblem(CommandLineRefusal.MISSING_OPTION, **missing)
    return version


def _digest_id(text: str) -> UUID | None:
    """The id of a digest; None when the text is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


@app.command
async def digests(*, output: Output = PLAIN) -> None:
    """Tin tổng hợp gửi cán bộ mà cổng gửi tin đã từ chối (digests for members of staff that the gateway refused).

    --json: mỗi tin một dòng (one digest a line).
    """
    from activities.ledger.staff_notices import StaffNotices

    async with dependencies().open_ledger() as pool:
        refused = await StaffNotices(pool).all_refused()
    if output.json:
        print_json_lines(one.model_dump(mode="json") for one in refused)
    elif refused:
        show(refused_digests_table(refused, output))
    else:
        show(output.say("Không có tin tổng hợp nào bị từ chối.", "No digest was refused."))


@app.command(name="begin-again")
async def begin_again(
    relay: Relay,
    /,
    *,
    by: By,
    reason: Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")],
    yes: Yes = False,
    output: Output = PLAIN,
) -> None:
    """Cho một kênh chuyển lại mọi sự kiện từ đầu (let a relay hand every event on again, from the first).

    Khi nơi nhận đã mất dữ liệu, hoặc khi ledger verify báo con trỏ của kênh bị dời hay bị mất. Không sự kiện nào bị bỏ
    qua. Trước khi làm, lệnh cho biết bao nhiêu sự kiện sẽ được chuyển lại và nơi nhận có nhận ra tin lặp không. Tiến
    trình xử lý đang chạy tự chuyển lại ngay. Ai, vì sao, kênh đang ở đâu được ghi lại. (For a receiver that lost what
    it was told, or a cursor that ledger verify finds moved or missing. Before, it says how many events are repeated and
    whether the receiver recognises them. A running worker begins at once. Who, why and where it stood are recorded.)

    Ví dụ (example):
      luongxanh relay begin-again portal --by cb.TTPVHCC.operator.1 --reason "Cổng phục hồi từ bản sao cũ, sự cố 12"
    """
    from activities.relays.begin_again import RelayBeginnings

    who = ordered(by, reason)
    async with dependencies().open_ledger() as pool:
        beginnings = RelayBeginnings(pool)
        found = await beginnings.look(relay)
        if not output.json:
            tell(*repetition_lines(found, output))
        require_confirmed(yes, output)
        done = await beginnings.begin_again(relay, who, reason)
    if output.json:
        print_json({**done.model_dump(mode="json"), "begun_again": True})
    else:
        name = output.of(relay_named(relay))
        show(
            output.say(
                f"Kênh {name} chuyển lại từ đầu: {done.events:,} sự kiện. Theo dõi: luongxanh relay status.",
                f"The relay {name} begins again: {many(done.events, 'event')}. To follow it: luongxanh relay status.",
            )
        )
