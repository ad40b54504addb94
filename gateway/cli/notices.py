"""`luongxanh notices`: what applicants were told, what waits, and who takes no notices by which channel."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from domain.channels.notice_channel import NoticeChannel
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import dossier_code
from gateway.cli.notices_page import counts_table, lines_table
from gateway.cli.operators import ordered
from gateway.cli.output import PLAIN, Output, print_json, print_json_lines, show
from gateway.i18n.notice_wording import CHANNELS

app = App(name="notices", help="Tin cho người nộp, từ chối nhận tin (notices to applicants, opting out)")

Code = Annotated[str, Parameter(help="Mã hồ sơ của người đó (the code of a dossier of that person)")]
Channel = Annotated[NoticeChannel, choice("Kênh (the channel)", NoticeChannel)]
By = Annotated[str, Parameter(help="Mã nội bộ người vận hành (an operator)")]
Reason = Annotated[str, Parameter(help="Người dân yêu cầu thế nào, được ghi lại (how they asked; it is recorded)")]


@app.command
async def status(*, output: Output = PLAIN) -> None:
    """Mỗi kênh còn bao nhiêu tin chờ, từ lúc nào, bao nhiêu tin cần người xem (what waits for each channel).

    Tin cần người xem có trong relay problems. (What a person has to look at is listed by relay problems.)
    --json: mỗi kênh một dòng (one channel a line).
    """
    from activities.ledger.notices import NoticeRegister

    async with dependencies().open_ledger() as pool:
        counts = await NoticeRegister(pool).counts()
    if output.json:
        print_json_lines(one.model_dump(mode="json") for one in counts)
    elif counts:
        show(counts_table(counts, output))
    else:
        show(output.say("Không có tin nào đang chờ.", "No notice waits."))


@app.command(name="list")
async def list_notices(code: Code, /, *, output: Output = PLAIN) -> None:
    """Người nộp của một hồ sơ đã được báo những gì, qua kênh nào (what the applicant of a dossier was told, and how).

    --json: mỗi tin một dòng (one notice a line).

    Ví dụ (example):
      luongxanh notices list H42.101-250805-0001
    """
    from activities.ledger.notices import NoticeRegister

    async with dependencies().open_ledger() as pool:
        lines = await NoticeRegister(pool).of_dossier(dossier_code(code))
    if output.json:
        print_json_lines(one.model_dump(mode="json") for one in lines)
    elif lines:
        show(lines_table(lines, output))
    else:
        show(output.say("Chưa có tin nào cho hồ sơ này.", "This dossier has no notices."))


@app.command(name="opt-out")
async def opt_out(code: Code, channel: Channel, /, *, by: By, reason: Reason, output: Output = PLAIN) -> None:
    """Ghi nhận người nộp không nhận tin qua một kênh nữa (record that the applicant takes no notices by a channel).

    Số điện thoại, thư điện tử lấy từ kho dữ liệu cá nhân, không phải gõ và không được lưu lại. Có hiệu lực với mọi hồ
    sơ ghi cùng số, cùng thư. Tin mà pháp luật bắt buộc vẫn được gửi. (The contact comes from the vault and is not kept
    here. It holds for every dossier with the same contact. What the law demands to be told is still sent.)

    Ví dụ (example):
      luongxanh notices opt-out H42.101-250805-0001 sms --by cb.TTPVHCC.operator.1 --reason "Yêu cầu tại quầy"
    """
    from gateway.client.notices import opt_out as opted_out

    who = ordered(by, reason)
    async with dependencies().open_ledger() as pool:
        done = await opted_out(pool, dossier_code(code), channel, who, reason)
    _told(
        done.model_dump(mode="json"), "Đã ghi nhận: không gửi tin qua {channel} nữa.", "Opted out of {channel}.", output
    )


@app.command(name="opt-in")
async def opt_in(code: Code, channel: Channel, /, *, by: By, reason: Reason, output: Output = PLAIN) -> None:
    """Ghi nhận người nộp lại muốn nhận tin qua kênh đó (take an opt-out back; its record stays).

    Ví dụ (example):
      luongxanh notices opt-in H42.101-250805-0001 sms --by cb.TTPVHCC.operator.1 --reason "Đề nghị nhận lại tin"
    """
    from gateway.client.notices import opt_in as opted_in

    who = ordered(by, reason)
    async with dependencies().open_ledger() as pool:
        done = await opted_in(pool, dossier_code(code), channel, who, reason)
    _told(
        done.model_dump(mode="json"), "Đã ghi nhận: gửi lại tin qua {channel}.", "Notices by {channel} again.", output
    )


@app.command(name="send-again")
async def send_again(
    code: Annotated[str, Parameter(help="Mã hồ sơ (a dossier's code)")],
    version: Annotated[int, Parameter(help="Phiên bản, như relay problems ghi (the version, as listed)")],
    /,
    *,
    by: By,
    reason: Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")],
    output: Output = PLAIN,
) -> None:
    """Cho gửi lại một tin đã để lại cho người xem (have a notice sent again that was set aside).

    Tin giữ mã cũ. Kênh nào cũng được thử lại từ đầu. (It keeps its key; every channel is tried anew.)

    Ví dụ (example):
      luongxanh notices send-again H42.101-250805-0001 3 --by cb.TTPVHCC.operator.1 --reason "Đã duyệt mẫu tin"
    """
    from activities.relays.set_aside import SetAsideList

    wanted = dossier_code(code)
    who = ordered(by, reason)
    async with dependencies().open_ledger() as pool:
        done = await SetAsideList(pool).order_again("notices", wanted, version, who, reason)
    if output.json:
        print_json({**done.model_dump(mode="json"), "ordered": True})
    else:
        show(output.say(f"Sẽ gửi lại: {wanted}  {version}", f"Will be sent again: {wanted}  {version}"))


def _told(done: dict[str, object], vi: str, en: str, output: Output) -> None:
    if output.json:
        print_json(done)
        return
    name = CHANNELS[NoticeChannel(str(done["channel"]))]
    show(output.say(vi.format(channel=name.vi), en.format(channel=name.en)))
