"""The notice about days off that are announced without an official letter yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from gateway.cli.output import Output

if TYPE_CHECKING:
    from domain.deadlines.announced_days import PendingDay


def announced_lines(days: Iterable[PendingDay], output: Output) -> Iterator[str]:
    """One sentence for each announcement: its days, its source and date, and what to do when the letter comes."""
    by_source = sorted(days, key=lambda one: (one.since, one.source, one.name.vi, one.day))
    for (since, source, name), found in groupby(by_source, key=lambda one: (one.since, one.source, one.name)):
        listed = ", ".join(f"{one.day:%d/%m/%Y}" for one in found)
        yield output.say(
            f"ℹ {name.vi} ({listed}): mới công bố ngày {since:%d/%m/%Y} ({source}), chưa có văn bản cho nghỉ nên vẫn "
            "là ngày làm việc. Có văn bản thì chạy luongxanh calendar apply.",
            f"ℹ {name.en} ({listed}): announced on {since:%d/%m/%Y} ({source}); no letter has ordered it, so it is "
            "worked. When a letter does, run luongxanh calendar apply.",
        )
