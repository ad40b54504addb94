"""Numbers of dossiers over a period and as of now, each with the filter that lists its dossiers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from luongxanh_client.models.base import Answer, NamedCode
from luongxanh_client.models.search import Filter, filter_read
from luongxanh_client.models.words import Group, Measure, MeasureNow, WhichClock


class SpentTimes(Answer):
    """Working minutes of the resolved dossiers with a limit, added up: used, and given by the limit."""

    dossiers: int = 0
    used: int = 0
    granted: int = 0


class Counts(Answer):
    """The numbers of one group. `key` None: the whole, or the dossiers that nobody has. `filter`: as JSON."""

    key: NamedCode | None
    filter: Mapping[str, Any]
    over: Mapping[Measure, int]
    now: Mapping[MeasureNow, int]
    times: Mapping[WhichClock, SpentTimes]


class DayCounts(Answer):
    """What was received and what was resolved on a day."""

    day: date
    received: int
    resolved: int


class Statistics(Answer):
    """Numbers over a period and as of now. `unit` None: every unit of the caller. `filters`: as JSON."""

    first: date
    last: date
    at: datetime
    unit: NamedCode | None
    by: Group
    filters: Mapping[str, dict[str, Any]]
    total: Counts
    groups: tuple[Counts, ...]
    days: tuple[DayCounts, ...]
    """Only days with a dossier."""
    rungs: Mapping[str, int]
    systems: Mapping[str, int]

    def dossiers(self, measure: Measure | MeasureNow, group: Counts | None = None) -> Filter:
        """The filter that lists the dossiers of a number: of a group, or of the whole.

        Raises KeyError for a measure without a list, ValidationError for a condition that only a later client knows.
        """
        of_measure = {name: value for name, value in self.filters[measure].items() if value is not None}
        return filter_read({**(group or self.total).filter, **of_measure})
