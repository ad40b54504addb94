"""What `luongxanh documents` prints for people: documents sent with their stages, documents received, one letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli.output import Output
from gateway.i18n.wording import at, cause_name

if TYPE_CHECKING:
    from rich.table import Table

    from activities.adapters.edxml import Document, StatusMessage
    from activities.ledger.documents import ReceivedDocument
    from gateway.client.documents.reading import SentWithStages


def sent_table(sent: Sequence[SentWithStages], output: Output) -> Table:
    """The documents that were sent, each with what every receiver said last."""
    from gateway.cli.tables import headed

    columns = (output.say("Văn bản đã gửi", "Document sent"), output.say("Việc", "What for"))
    more = (output.say("Nơi nhận", "Receivers"), output.say("Các chặng", "Stages"))
    table = headed(output.say("Đã gửi lên trục", "Sent on the axis"), *columns, *more, whole=(0,))
    for one in sent:
        said = sorted(one.stages, key=lambda stage: stage.stage.rank)
        told = ", ".join(f"{stage.organ}: {output.of(stage.stage.words)} {at(stage.said_at)}" for stage in said)
        waits = output.say("chưa lên trục", "not taken by the axis yet")
        of = one.document
        table.add_row(of.id, output.of(of.purpose.words), ", ".join(of.receivers), told or waits)
    return table


def received_table(rows: Sequence[ReceivedDocument], output: Output) -> Table:
    """The documents that came, each with how it stands and why."""
    from gateway.cli.tables import headed

    columns = (output.say("Mã tin", "Message"), output.say("Nơi gửi", "Sender"), output.say("Nhận lúc", "Came at"))
    more = (output.say("Tình trạng", "State"), output.say("Trả lời, hồ sơ", "Answers, dossier"))
    table = headed(output.say("Nhận từ trục", "From the axis"), *columns, *more, whole=(0,))
    for one in rows:
        why = f": {output.of(cause_name(one.code))}" if one.code else ""
        if one.settled_by and one.settled_at:
            why = f": {one.settled_by}, {at(one.settled_at)}"
        about = "  ".join(filter(None, (one.answers, one.dossier)))
        table.add_row(one.message, one.sender, at(one.at), f"{output.of(one.state.words)}{why}", about or "–")
    return table


def letter_lines(read: Document | StatusMessage | None, saved: Sequence[Path], output: Output) -> Iterator[str]:
    """What the document says, and where its files are now."""
    from activities.adapters.edxml import StatusMessage

    if read is None:
        yield output.say("Nội dung không mở được hoặc đã xóa.", "Its content cannot be opened, or was erased.")
        return
    if isinstance(read, StatusMessage):
        yield f"{read.of.document}: {output.of(read.stage.words)}. {read.description}"
        return
    yield f"{read.sender.name}, {read.code}, {read.promulgated_on:%d/%m/%Y}: {read.subject}"
    yield read.content
    for one in read.attachments:
        yield f"  {one.name}  {one.content_type}  {len(one.content):,} byte"
    for path in saved:
        yield output.say(f"Đã lưu {path}", f"Saved {path}")
