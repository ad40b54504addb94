"""What `luongxanh ops release` prints for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.text.sentences import many
from gateway.cli.output import Output, one_line
from gateway.cli.tables import headed
from gateway.i18n.wording import RELEASE_ACTS, at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table
    from rich.text import Text

    from gateway.client.releases.orders import ReleasesNow
    from gateway.client.releases.shares import StuckByCause

MOST_SHOWN = 10
"""How many orders, or stuck dossiers, are shown; `--json` has all of them."""


def releases_table(now: ReleasesNow, output: Output) -> Table:
    """A row for each build, the newest first."""
    table = headed(
        output.say("Bản chạy của tiến trình xử lý", "Builds of the worker"),
        output.say("Bản", "Build"),
        output.say("Việc mới", "New work"),
        output.say("Hồ sơ mở", "Open dossiers"),
        output.say("Kẹt", "Stuck"),
        output.say("Tiến trình", "Workers"),
        "",
        whole={0, 1, 2, 3, 4},
    )
    for one in now.builds:
        table.add_row(
            one.build,
            f"{one.share:g} %",
            _part(one.open_dossiers, now.open_dossiers),
            str(one.stuck) if one.stuck else "–",
            str(len(one.workers)) if one.workers else "–",
            output.say("đã nghỉ", "retired") if one.retired else "",
        )
    if now.without_build or now.workers_without_build or not now.builds:
        table.add_row(
            output.say("(không có bản)", "(without a build)"),
            "100 %" if now.current is None else "0 %",
            _part(now.without_build, now.open_dossiers),
            "–",
            str(len(now.workers_without_build)) if now.workers_without_build else "–",
            "",
        )
    return table


def _part(count: int, total: int) -> str:
    return f"{count:,} ({count / total:.0%})" if total else "0"


def summary_lines(now: ReleasesNow, output: Output) -> list[Text]:
    """By which rules new dossiers begin, where an older build in use holds them back."""
    newest = max((one.seen.revision for one in now.builds if one.seen is not None and one.share), default=None)
    if now.revision is None or newest is None or now.revision >= newest:
        return []
    text = output.say(
        f"Hồ sơ mới theo lần sửa quy tắc {now.revision}, chưa phải {newest}, cho đến khi bản cũ nghỉ (retire).",
        f"New dossiers follow revision {now.revision} of the rules, not {newest} yet, until older builds are retired.",
    )
    return [one_line(text)]


def acts_lines(now: ReleasesNow, output: Output) -> list[Text]:
    """The last orders, the newest first."""
    lines = []
    for one in now.acts[:MOST_SHOWN]:
        percent = "" if one.percent is None else f" {one.percent} %"
        lines.append(one_line(f"{at(one.at)}  {output.of(RELEASE_ACTS[one.act])}{percent}  {one.build}"))
        lines.append(one_line(f"    {one.who}: {one.why}"))
    return lines


def stopped_lines(build: str, step: int, stuck: Sequence[StuckByCause], output: Output) -> list[str]:
    """What stopped a rollout in steps, and that the work went back."""
    return [
        output.say(
            f"✗ Dừng ở {step} %: {len(stuck)} hồ sơ kẹt ở bản {build}. Việc đã trả hết về bản trước.",
            f"✗ Stopped at {step} %: {many(len(stuck), 'dossier')} stuck on the build {build}. All work went back.",
        ),
        *(f"  {one.dossier}: {_cause(one, output)}" for one in stuck[:MOST_SHOWN]),
    ]


def _cause(one: StuckByCause, output: Output) -> str:
    facts = ", ".join(filter(None, (one.where, one.code)))
    return output.of(one.cause.words) + (f" ({facts})" if facts else "")
