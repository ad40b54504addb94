"""The real merger of 1 July 2025, played with dossiers opened on the day before, every one accounted for.

The engine goes by the wall clock, and so the days are moved: the units, their opening and their end are shifted by one
constant number of days, so that the merger falls on today. Nothing else is changed. The dossiers are opened under the
organisation as it stood on the day before, in which nobody knows of a merger; then the merger is applied as from a
file.
"""

from __future__ import annotations

from tools.merger_drill.running import DrillOptions, run

__all__ = ["DrillOptions", "run"]
