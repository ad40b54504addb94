"""What `luongxanh relay` prints for people: the relays, the events set aside, and the events to be sent again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from domain.outside_systems import RELAY_NAMES, System
from domain.text.sentences import Choice, many
from domain.values import Bilingual
from gateway.cli.output import Output, called
from gateway.i18n.relay_wording import CURSOR_GONE, REPEATED
from gateway.i18n.wording import at, cause_name, say

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from activities.ledger.feed import ReaderStatus
    from activities.ledger.staff_notices import RefusedDigest
    from activities.relays.begin_again import BegunAgain, Repetition
    from activities.relays.set_aside import SetAside
    from activities.webhooks.progress import StoppedWebhook

LINK = "link"
"""The relay between the dossiers of interconnected procedures."""

RELAY_CHOICES = tuple(Choice(code=code, meaning=words) for code, words in RELAY_NAMES.items())


def relay_named(reader: str) -> Bilingual:
    """The name of a relay for commands, then its words: `portal (Cổng Dịch vụ công quốc gia)`."""
    words = RELAY_NAMES.get(reader, say("không có trong bản này", "not of this release"))
    return Choice(code=reader, meaning=words).words


def readers_table(readers: Sequence[ReaderStatus], aside: Mapping[str, int], output: Output) -> Table:
    """The progress of each relay, one on each row."""
    from gateway.cli.tables import headed

    columns = (output.say("Kênh", "Relay"), output.say("Chuyển gần nhất", "Last moved"))
    more = (output.say("Còn chờ", "Waiting"), output.say("Chờ từ", "Since"), output.say("Để lại", "Set aside"))
    table = headed(output.say("Theo dõi sổ cái", "Who follows the ledger"), *columns, *more)
    for one in readers:
        moved, since = (at(instant) if instant else "–" for instant in (one.moved_at, one.waits_since))
        counts = (f"{one.waiting:,}", since, f"{aside.get(one.reader, 0):,}")
        table.add_row(output.of(relay_named(one.reader)), moved, *counts)
    return table


def in_doubt_lines(count: int, output: Output) -> Iterator[str]:
    """How many dossiers the relay of the portal will look at once more; nothing for none."""
    if count:
        yield output.say(
            f"Cổng chưa trả lời rõ về {count:,} hồ sơ: kênh sẽ tự xem lại, và gửi lại nếu Cổng còn ghi tình trạng cũ.",
            f"The portal gave no answer about {count:,} dossiers: the relay looks again, and sends what differs there.",
        )


def begun_again_lines(latest: Sequence[BegunAgain], output: Output) -> Iterator[str]:
    """The last order to begin again for each relay, one on each line."""
    for one in latest:
        relay = output.of(relay_named(one.relay))
        yield output.say(
            f"{relay}: chuyển lại từ đầu lúc {at(one.at)}, {one.who}: {one.why}",
            f"{relay}: began again at {at(one.at)}, {one.who}: {one.why}",
        )


def set_aside_table(rows: Sequence[SetAside], output: Output) -> Table:
    """The events that could not be sent on, one on each row."""
    from gateway.cli.tables import headed

    title = output.say("Chưa chuyển được ra ngoài", "Not handed on")
    columns = (output.say("Kênh", "Relay"), output.say("Hồ sơ, phiên bản", "Dossier, version"))
    more = (output.say("Từ lúc", "Since"), output.say("Nguyên nhân", "Cause"))
    table = headed(title, *columns, *more, whole=(1, 2))
    for row in rows:
        cause = output.of(cause_name(row.code, row.relay))
        table.add_row(output.of(relay_named(row.relay)), f"{row.dossier}  {row.version}", at(row.at), cause)
    return table


def set_aside_list(rows: Sequence[SetAside], output: Output) -> Iterator[RenderableType]:
    """The same for a narrow terminal."""
    from gateway.cli.tables import dotted, paragraph

    for row in rows:
        cause = output.of(cause_name(row.code, row.relay))
        yield from paragraph(
            f"{row.dossier}  {row.version}", dotted((output.of(relay_named(row.relay)), at(row.at), cause))
        )


def refused_digests_table(rows: Sequence[RefusedDigest], output: Output) -> Table:
    """The digests that the notice gateway refused, one on each row."""
    from gateway.cli.tables import headed

    title = output.say("Tin tổng hợp bị từ chối", "Digests that were refused")
    columns = (output.say("Mã", "Id"), output.say("Người nhận", "Recipient"), output.say("Số dòng", "Lines"))
    more = (output.say("Lập lúc", "Made at"), output.say("Nguyên nhân", "Cause"))
    table = headed(title, *columns, *more, whole=(1, 2))
    for row in rows:
        table.add_row(str(row.id), row.recipient, str(row.lines), at(row.made_at), output.of(cause_name(row.code)))
    return table


def webhook_line(stopped: StoppedWebhook) -> dict[str, object]:
    """An incident of a webhook for machines, in the form of an event set aside."""
    return {"relay": "webhooks", **stopped.model_dump(mode="json")}


def stopped_webhooks_table(rows: Sequence[StoppedWebhook], output: Output) -> Table:
    """The incidents of webhooks, one on each row."""
    from gateway.cli.tables import headed

    title = output.say("Webhook đã ngừng gửi", "Webhooks that stopped")
    columns = ("Webhook", output.say("Chủ", "Owner"), output.say("Hồ sơ, phiên bản", "Dossier, version"))
    more = (output.say("Từ lúc", "Since"), output.say("Nguyên nhân", "Cause"))
    table = headed(title, *columns, *more, whole=(0, 2))
    for row in rows:
        place = (
            output.say("cả webhook", "the whole webhook") if row.dossier is None else f"{row.dossier}  {row.version}"
        )
        table.add_row(row.webhook, row.owner, place, at(row.at), output.of(cause_name(row.code)))
    return table


def how_to_go_on(output: Output) -> str:
    """What makes a webhook go on."""
    return output.say(
        "Sự kiện sau đang chờ, không mất. Khi nơi nhận đã sửa xong, chủ webhook hoặc người vận hành gửi lại qua API: "
        "/v1/webhooks/{webhook}:retry, :skip hoặc :resume.",
        "Later events wait, none is lost. When the receiver is repaired, the owner or an operator goes on through the "
        "API: /v1/webhooks/{webhook}:retry, :skip or :resume.",
    )


def how_to_resolve(first: SetAside, output: Output) -> str:
    """The command that resolves an entry, or has what it is about done again."""
    who = "--by … --reason …"
    if first.relay == System.DOCUMENTS:
        look, again = f"{called()} documents problems", f"{called()} documents send-again {first.dossier}"
        return output.say(
            f"Văn bản chờ người xem: {look}. Trục đã từ chối: {again} {first.version} {who}",
            f"Documents that wait for a person: {look}. Refused by the axis: {again} {first.version} {who}",
        )
    if first.relay == LINK:
        again = f"{called()} relay begin-again {LINK} {who}"
        return output.say(
            f"Sửa xong thì so lại mọi hồ sơ liên thông: {again}",
            f"When it is mended, have all interconnected dossiers compared again: {again}",
        )
    again = f"{called()} relay send-again {first.dossier} {first.version} {who}"
    if first.relay == System.INTERCONNECTION:
        return output.say(f"Sửa xong thì cho gửi lại, như: {again}", f"When it is mended, have it sent again: {again}")
    again = f"{again} --relay {first.relay}"
    leave = f"{called()} relay resolve {first.relay} {first.dossier} {first.version} {who}"
    return output.say(
        f"Sửa xong thì cho gửi lại, như: {again}\nKhông gửi nữa thì ghi nhận: {leave}",
        f"When it is mended, have it sent again: {again}\nTo leave it out: {leave}",
    )


def repetition_lines(found: Repetition, output: Output) -> Iterator[str]:
    """How many events are sent again, and what the receiver does with them."""
    name = output.of(relay_named(found.relay))
    yield output.say(
        f"Kênh {name} sẽ chuyển lại từ đầu: {found.events:,} sự kiện.",
        f"The relay {name} will begin again: {many(found.events, 'event')}.",
    )
    if found.stood is None:
        yield output.of(CURSOR_GONE)
    yield output.of(REPEATED[found.relay])
