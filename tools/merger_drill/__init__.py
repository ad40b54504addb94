"""Plays the real merger of 1 July 2025 with dossiers that were opened the day before, and accounts for each of them.

The engine uses the wall clock, so the first and last days of all units are shifted by the same number of days: the
merger then falls on today. Nothing else is changed. The dossiers are opened under the organisation of the day before,
which has no merger in it. Then the merger is applied as from a file.
"""

from __future__ import annotations

from tools.merger_drill.running import DrillOptions, run

__all__ = ["DrillOptions", "run"]
