"""What `luongxanh documents` prints for people: documents sent with their stages, documents received, one letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli.output import Output, one_line
from gateway.i18n.wording import at, cause_name

if TYPE_CHECKING:
    from rich.console import RenderableType

    from activities.adapters.edxml import Document, StatusMessage
    from activities.ledger.documents import ReceivedDocument
    from gateway.client.documents.reading import SentWithStages


def sent_list(sent: Sequence[SentWithStages], output: Output) -> Iterator[RenderableType]:
    """The documents that were sent, each with what the axis and every receiver said, in the order of the stages.

    No table: the identifier of a document alone takes half of a terminal.
    """
    from gateway.cli.tables import dotted, paragraph

    yield one_line(output.say("Đã gửi lên trục", "Sent on the axis"))
    for one in sent:
        of = one.document
        said = sorted(one.stages, key=lambda stage: stage.stage.rank)
        told = [
            dotted((_organ(stage.organ, output), output.of(stage.stage.words), at(stage.said_at))) for stage in said
        ]
        waits = output.say("chưa lên trục", "not taken by the axis yet")
        yield from paragraph(of.id, f"{output.of(of.purpose.words)} → {', '.join(of.receivers)}", *(told or [waits]))


def received_list(rows: Sequence[ReceivedDocument], output: Output) -> Iterator[RenderableType]:
    """The documents that came, each with how it stands and why."""
    from gateway.cli.tables import dotted, paragraph

    yield one_line(output.say("Nhận từ trục", "From the axis"))
    for one in rows:
        why = f": {output.of(cause_name(one.code))}" if one.code else ""
        if one.settled_by and one.settled_at:
            why = f": {one.settled_by}, {at(one.settled_at)}"
        lines = [dotted((one.sender, at(one.at))), f"{output.of(one.state.words)}{why}"]
        if one.answers:
            lines.append(output.say(f"trả lời {one.answers}", f"answers {one.answers}"))
        if one.dossier:
            lines.append(output.say(f"hồ sơ {one.dossier}", f"dossier {one.dossier}"))
        yield from paragraph(one.message, *lines)


def _organ(organ: str, output: Output) -> str:
    from activities.ledger.documents import AXIS

    return output.say("trục liên thông", "the axis") if organ == AXIS else organ


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
