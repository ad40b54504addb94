"""What `luongxanh ops release` prints for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ramps import RampState
from gateway.cli.output import Output, one_line
from gateway.cli.tables import headed
from gateway.i18n.wording import RELEASE_ACTS, at

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from domain.ramps import Ramp, StuckByCause
    from gateway.client.releases.orders import ReleasesNow

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


def ramp_lines(now: ReleasesNow, output: Output) -> list[Text]:
    """The ramp that is under way: how far it is, and whether somebody watches."""
    ramp = now.ramp
    if ramp is None or ramp.ended is not None:
        return []
    steps = " ".join(map(str, ramp.steps))
    what = output.say(
        f"Giao dần {ramp.build}: {ramp.percent} % (các bước {steps}), {ramp.state.words.vi}, {ramp.id}",
        f"Ramp of {ramp.build}: {ramp.percent} % (steps {steps}), {ramp.state.words.en}, {ramp.id}",
    )
    return [one_line(what)]


def ended_lines(ramp: Ramp, output: Output) -> list[str]:
    """How a ramp ended before its last step was over, and why."""
    by = "" if ramp.ended_by is None else f" ({ramp.ended_by})"
    return [
        output.say(
            f"✗ Kết thúc ở {ramp.percent} %: {ramp.state.words.vi}{by}. Bản {ramp.build}.",
            f"✗ Ended at {ramp.percent} %: {ramp.state.words.en}{by}. The build is {ramp.build}.",
        ),
        *([] if ramp.problem is None else [f"  {output.of(ramp.problem)}"]),
        *(f"  {one.dossier}: {_cause(one, output)}" for one in ramp.examples[:MOST_SHOWN]),
    ]


def ramp_as_json(ramp: Ramp) -> dict[str, object]:
    """`percent`: the part that the build has by the ramp at its end. `stuck`: the dossiers that were seen last."""
    back = ramp.state is RampState.WENT_BACK
    causes = [one.model_dump(mode="json") for one in ramp.examples]
    return {
        "ramp": str(ramp.id),
        "build": ramp.build,
        "state": ramp.state.value,
        "percent": 0 if back else ramp.percent,
        "stopped": ramp.state is not RampState.FINISHED,
        "problem": None if ramp.problem is None else ramp.problem.model_dump(),
        "stuck": [one.dossier for one in ramp.examples],
        "causes": causes,
    }


def _cause(one: StuckByCause, output: Output) -> str:
    facts = ", ".join(filter(None, (one.where, one.code)))
    return output.of(one.cause.words) + (f" ({facts})" if facts else "")
