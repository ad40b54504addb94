"""The bar of a clock, as the pages of a dossier and of work draw it."""

from __future__ import annotations

from gateway.console.visits import Visit
from gateway.views.clock_bars import ClockBar

Part = tuple[str, float, str]


def bar_parts(visit: Visit, bar: ClockBar) -> list[Part]:
    """The parts of a clock's bar: kind, width in per cent, and words."""
    spent = bar.used - bar.over
    told = (
        ("used", spent, visit.written("used")),
        ("late", bar.over, visit.written("past the date")),
        ("paused", bar.paused, visit.written("paused time")),
        ("left", bar.left, visit.written("left")),
    )
    whole = spent + bar.over + bar.paused + bar.left
    return [(kind, round(100 * part / whole, 2), words) for kind, part, words in told if part and whole]
