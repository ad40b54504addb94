"""The real merger of 1 July 2025, played on real parts: dossiers opened on its eve, every one accounted for after it.

The engine goes by the wall clock, and so the days are moved: the units, their opening and their end are shifted by one
constant number of days, so that the merger falls on today. Nothing else is changed. The dossiers are opened under the
organisation as it stood on the eve, in which nobody knows of a merger, and then the merger is applied as from a file.
"""

from __future__ import annotations

from tools.merger_drill.running import RehearsalOptions, run

__all__ = ["RehearsalOptions", "run"]
