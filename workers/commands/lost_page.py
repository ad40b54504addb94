"""What a person does for each dossier that a restore has lost as a whole, with everything that others have of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from domain.values import VIETNAM
from gateway.cli.output import Output
from gateway.client.reconciling.outside import OutsideDifference, Unknown

BEFORE_THE_RESTORE = "luongxanh"
"""The older system of `brought_over`: this one, before the restore."""


def lost_lines(found: Sequence[OutsideDifference], output: Output) -> Iterator[str]:
    """A heading and the steps of each lost dossier; nothing when none was lost."""
    lost = [one for one in found if one.lost and one.what is not Unknown.NOT_ANSWERED]
    if not lost:
        return
    yield output.say(
        "Hồ sơ mất cả, từng hồ sơ cần làm lần lượt (chữ ký, tin nhắn, đơn bưu chính không hỏi được: xem sổ nơi đó):",
        "Dossiers lost as a whole, with what to do in turn (signatures, notices and postal orders cannot be asked for: "
        "see the books there):",
    )
    for code, of_one in groupby(lost, key=lambda one: one.dossier):
        yield ""
        yield from _of_dossier(code, list(of_one), output)


def _of_dossier(code: str, found: list[OutsideDifference], output: Output) -> Iterator[str]:
    again = next((one.ours for one in found if one.ours), "")
    shown = next((one.facts for one in found if one.what is Unknown.DOSSIER), {})
    yield f"{code}: {_shown(shown, output)}"
    steps = [] if again else list(_entered_again(code, shown, output))
    for one in found:
        if one.what is Unknown.ORDER:
            steps.append(_order(one, again, output))
        elif one.what is Unknown.ENTRY:
            steps.append(_entry(one, output))
    if not again:
        steps.append(output.say("Báo người nộp mã mới.", "Tell the applicant the new code."))
    yield from (f"  {number}. {step}" for number, step in enumerate(steps, 1))


def _shown(shown: dict[str, str], output: Output) -> str:
    if not shown:
        return output.say("cổng không có", "the portal does not have it")
    names = ("procedure", "procedure_name", "channel", "submitted_at", "received_at", "promised_at", "receiving_unit")
    words = output.say(
        "thủ tục|tên|kênh|nộp|tiếp nhận|hẹn trả|nơi nộp", "procedure|name|channel|filed|received|promised|filed at"
    ).split("|")
    return "; ".join(f"{word} {shown[name]}" for name, word in zip(names, words, strict=True) if name in shown)


def _entered_again(code: str, shown: dict[str, str], output: Output) -> Iterator[str]:
    since = _iso(shown.get("received_at") or shown.get("submitted_at") or "…")
    over = json.dumps({"system": BEFORE_THE_RESTORE, "code": code, "received_at": since})
    yield output.say(
        "Lấy hồ sơ giấy ở nơi nộp, hoặc tờ khai ở cổng; thông tin của người nộp không còn ở đây.",
        "Take the paper from where it was filed, or the form from the portal; the particulars are not here any more.",
    )
    yield output.say(
        f'Nhập lại, ghi mã cũ và thời điểm tiếp nhận cũ (theo ISO 8601): "brought_over": {over}',
        f'Enter it again with its old code and time of receipt (in ISO 8601): "brought_over": {over}',
    )


def _iso(told: str) -> str:
    """The portal's time (`yyyyMMddHHmmss`) as a submission has it; another text as it is."""
    try:
        return datetime.strptime(told, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM).isoformat()
    except ValueError:
        return told


def _order(one: OutsideDifference, again: str, output: Output) -> str:
    order, paid, amount = (one.facts[name] for name in ("order", "paid", "amount"))
    into = again or output.say("hồ sơ nhập lại", "the new dossier")
    if paid == "0":
        return output.say(
            f"Lệnh thanh toán {order}, {amount} đồng, chưa nộp: báo người nộp đừng nộp lệnh này nữa.",
            f"The payment order {order} of {amount} dong is not paid: tell the applicant not to pay it any more.",
        )
    return output.say(
        f"Nền tảng thanh toán giữ {paid}/{amount} đồng (lệnh {order}): ghi thu ở {into} (confirm_payment, chứng từ "
        f"{order}), hoặc hoàn tiền trên nền tảng. Không thu lần nữa.",
        f"The payment platform holds {paid} of {amount} dong (order {order}): confirm it in {into} (confirm_payment, "
        f"voucher {order}), or refund it on the platform. Do not take it twice.",
    )


def _entry(one: OutsideDifference, output: Output) -> str:
    return output.say(
        f"{one.system.value} đã có kết quả số {one.theirs}: cấp lại đúng số đó, hoặc nhờ nơi đó hủy rồi cấp số khác.",
        f"{one.system.value} has the result {one.theirs}: issue it with that number, or have it voided there first.",
    )
