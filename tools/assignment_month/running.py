"""Runs the comparison and prints it: a table for people, or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from activities.province.loading import load_province
from domain.values import Bilingual, Strict
from gateway.cli.output import print_json, show, tell
from tools.assignment_month.comparing import ORDINARY, SWAMPED, WHOLE, Comparison, compare
from tools.assignment_month.measuring import medians
from tools.assignment_month.parameters import Parameters

WAYS: Mapping[str, Bilingual] = {
    "automatic": Bilingual(vi="Hệ thống giao", en="automatic"),
    "by_hand": Bilingual(vi="Lãnh đạo giao, 2 lần/ngày", en="by hand, twice a day"),
    "by_hand_often": Bilingual(vi="Lãnh đạo giao, 6 lần/ngày", en="by hand, six times a day"),
    "fewest_open": Bilingual(vi="Ít hồ sơ nhất (quy tắc cũ)", en="fewest open items (the rule before)"),
    "round_robin": Bilingual(vi="Lần lượt", en="in turn"),
}
FIGURES: Mapping[str, Bilingual] = {
    "in_time_statutory": Bilingual(vi="Đúng hạn luật định, %", en="in time by law, %"),
    "in_time_promised": Bilingual(vi="Đúng hẹn, %", en="in time by promise, %"),
    "finish_median_hours": Bilingual(vi="Giải quyết, trung vị (giờ làm việc)", en="finish, median working hours"),
    "finish_p90_hours": Bilingual(vi="Giải quyết, 90% trong (giờ)", en="finish, 90% within hours"),
    "unassigned_mean_minutes": Bilingual(vi="Chờ người nhận, trung bình (phút)", en="until somebody has it, minutes"),
    "worked_cv": Bilingual(vi="Chênh lệch việc đã làm (CV)", en="spread of work done (CV)"),
    "worked_gini": Bilingual(vi="Chênh lệch việc đã làm (Gini)", en="spread of work done (Gini)"),
    "open_cv": Bilingual(vi="Chênh lệch việc đang giữ (CV)", en="spread of open work (CV)"),
    "open_gini": Bilingual(vi="Chênh lệch việc đang giữ (Gini)", en="spread of open work (Gini)"),
    "open_spread_hours": Bilingual(vi="Chênh lệch việc đang giữ (giờ)", en="spread of open work, hours"),
}
GROUPS: Mapping[str, Bilingual] = {
    WHOLE: Bilingual(vi="Tất cả đơn vị", en="all units"),
    ORDINARY: Bilingual(vi="Đơn vị bình thường", en="ordinary units"),
    SWAMPED: Bilingual(vi="Đơn vị quá tải", en="the swamped unit"),
}


class MonthOptions(Strict):
    """What is played."""

    seeds: Annotated[int, Field(ge=1, le=50)] = 7
    units: Annotated[int, Field(ge=2, le=40)] = 4
    days: Annotated[int, Field(ge=5, le=60)] = 20
    province: Path
    as_json: bool = Field(default=False, alias="json")


def run(options: MonthOptions) -> int:
    """Plays, prints, and returns 0."""
    province = load_province(options.province)
    parameters = Parameters(units=options.units, working_days=options.days)
    found = compare(province, parameters, range(1, options.seeds + 1), progress=_tell_progress(options.seeds))
    if options.as_json:
        print_json(_as_json(found, province.assignment.model_dump(mode="json")))
    else:
        _show(found)
    return 0


def _tell_progress(seeds: int) -> Any:
    return lambda policy, seed: tell(f"{seed}/{seeds} {WAYS[policy].vi} ({WAYS[policy].en})")


def _as_json(found: Comparison, rules: dict[str, Any]) -> dict[str, Any]:
    return {
        "parameters": found.parameters.model_dump(mode="json"),
        "rules": rules,
        "seeds": found.seeds,
        "figures": {
            policy: {group: _named(medians(runs)) for group, runs in groups.items()}
            for policy, groups in found.runs.items()
        },
        "automatic_better_in": {
            policy: {group: {name: found.better(name, policy, group) for name in FIGURES} for group in GROUPS}
            for policy in found.runs
            if policy != "automatic"
        },
        "runs": found.runs,
    }


def _named(summed: Mapping[str, tuple[float, float, float]]) -> dict[str, dict[str, float]]:
    return {name: {"median": one, "least": least, "most": most} for name, (one, least, most) in summed.items()}


def _show(found: Comparison) -> None:
    from rich.table import Table

    for group, words in GROUPS.items():
        table = Table(title=f"{words.vi} ({words.en})", title_justify="left")
        table.add_column("")
        for policy in found.runs:
            table.add_column(f"{WAYS[policy].vi}\n({WAYS[policy].en})", justify="right")
        summed = {policy: medians(groups[group]) for policy, groups in found.runs.items()}
        for name, figure in FIGURES.items():
            cells = [_cell(found, policy, group, name, summed[policy][name]) for policy in found.runs]
            table.add_row(f"{figure.vi}\n({figure.en})", *cells)
        show(table)
    seeds = len(found.seeds)
    dossiers = sum(int(run["items"]) for run in found.runs["automatic"][WHOLE])
    tell(
        f"{seeds} tháng, {dossiers} hồ sơ; mỗi ô: trung vị, (ít nhất – nhiều nhất), [số tháng hệ thống giao tốt hơn].",
        f"({seeds} months, {dossiers} dossiers; in each cell: median, (least – most), [months in which automatic is "
        "better].)",
    )


def _cell(found: Comparison, policy: str, group: str, name: str, three: tuple[float, float, float]) -> str:
    median, least, most = (f"{one:.2f}" if "cv" in name or "gini" in name else f"{one:.1f}" for one in three)
    better = "" if policy == "automatic" else f" [{found.better(name, policy, group)}/{len(found.seeds)}]"
    return f"{median}{better}\n({least} – {most})"
