"""What the month assumes. Everything that is no rule of the province stands here, and is printed with the result."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.values import Day, Strict


class Parameters(Strict):
    """The assumptions. The rates come from press reports on the province, the spread of the days from a real log."""

    first_day: Day = date(2026, 4, 13)
    """A Monday; 27 April, 30 April and 1 May are holidays."""
    working_days: Annotated[int, Field(ge=2, le=60)] = 20
    units: Annotated[int, Field(ge=1, le=40)] = 4
    """Communes and wards. The last one is swamped."""
    utilisation: Annotated[float, Field(gt=0, le=1.5)] = 0.8
    """The work that comes, by the working time of those who are there. A ward of four specialists with 1,350 dossiers a
    month has half an hour for each."""
    swamped: Annotated[float, Field(gt=0, le=2)] = 1.1
    """The same for the swamped unit."""
    day_spread: float = 0.5
    """How much days differ beyond chance: a coefficient of variation (0.51 in the log of 732 permit applications)."""
    effort_of_procedure: float = 0.5
    """How wrong the engine's estimate is for a procedure: the standard deviation of the logarithm."""
    effort_of_item: float = 0.6
    """How much items of one procedure differ, likewise."""
    slowest: float = 1.25
    """The slowest officer's time for the same work; the fastest needs its inverse. The engine does not know it."""
    outside_field: float = 1.25
    """The time of an officer whose post does not name the field, in units whose other posts name it."""
    taken_over: float = 1.3
    """The time of an officer who did not have the dossier's earlier step."""
    supplements: float = 0.15
    """The share of items that wait for the applicant in the middle, three working days on average."""
    sent_back: float = 0.05
    """The share that the approver sends back once; the officer then needs half the time again."""
    leaves: float = 0.35
    """The chance that an officer takes leave in the month: one to five working days, entered 3 to 10 days before."""
    sick: float = 0.3
    """The chance of one or two days of sickness, entered when they begin."""
    rounds: tuple[str, ...] = ("08:00", "14:00")
    """When a head of unit who assigns by hand does it. Six rounds a day are another scenario."""
    guess: float = 0.35
    """How wrong the head's picture of each officer's open items is: the standard deviation of the logarithm."""
