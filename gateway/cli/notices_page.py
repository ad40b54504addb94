"""What `luongxanh notices` prints for people: the channels with what waits, and the notices of a dossier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.notices.choosing import NoticeState
from gateway.cli.output import Output
from gateway.i18n.notice_wording import CHANNELS, KINDS, STATES, why_of
from gateway.i18n.wording import at

if TYPE_CHECKING:
    from rich.table import Table

    from activities.ledger.notices import ChannelCounts, NoticeLine


def counts_table(counts: Sequence[ChannelCounts], output: Output) -> Table:
    """What waits for each channel, one on each row."""
    from gateway.cli.tables import headed

    columns = (output.say("Kênh", "Channel"), output.say("Còn chờ", "Waiting"), output.say("Từ lúc", "Since"))
    table = headed(
        output.say("Tin cho người nộp", "Notices to applicants"), *columns, output.say("Để lại", "Set aside")
    )
    for one in counts:
        since = "–" if one.waiting_since is None else at(one.waiting_since)
        table.add_row(output.of(CHANNELS[one.channel]), f"{one.waiting:,}", since, f"{one.refused:,}")
    return table


def lines_table(lines: Sequence[NoticeLine], output: Output) -> Table:
    """The notices of a dossier, one on each row."""
    from gateway.cli.tables import headed

    columns = (output.say("Lúc", "At"), output.say("Báo gì", "What"), output.say("Kênh", "Channel"))
    table = headed(output.say("Tin đã báo", "What was told"), *columns, output.say("Tình trạng", "State"), whole=(0,))
    for one in lines:
        what, channel = output.of(KINDS[one.kind]), output.of(CHANNELS[one.channel])
        table.add_row(at(one.done_at or one.made_at), what, channel, _state(one, output))
    return table


def _state(one: NoticeLine, output: Output) -> str:
    said = output.of(STATES[one.state])
    if one.code is None or one.state is NoticeState.SENT:
        return said
    return f"{said}: {output.of(why_of(one.code))}"
