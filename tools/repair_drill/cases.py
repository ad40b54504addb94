"""The dossiers of the drill: all filed at one ward, each with a fee, and played to the end without special events."""

from __future__ import annotations

from datetime import datetime
from itertools import count, islice

from domain.dossier.state import State
from domain.organisation.routing import Matter
from domain.organisation.staff import Staff
from domain.procedures.procedure import Level
from domain.rules.province import Province
from domain.values import VIETNAM
from gateway.client.admitting.operators import is_operator
from tools.demo.filing_places import Place
from tools.demo.plan import Case, draw
from tools.demo.stories import Story

DRAWN = 2_000
"""So many dossiers of a day are drawn; those with a fee are used in turn."""


def cases_of(province: Province, dossiers: int, seed: int) -> list[Case]:
    """So many cases. One ward receives and resolves all, so the numbers of their codes have no gap."""
    now = datetime.now(VIETNAM)
    levels = {one.procedure.code: one.procedure.level for one in province.procedures}
    plan = draw(province, DRAWN, seed, now)
    fitting = [
        case
        for case in plan.cases
        if case.fee > 0 and case.fee_stated is None and levels[case.procedure] is Level.COMMUNE and not case.missing
    ]
    if not fitting:
        raise LookupError("no procedure of a commune has a fee")
    fitting = [case for case in fitting if case.fee == fitting[0].fee]  # else an order of another is no order for it
    place = Place(matter=Matter(territory=plan.ward), received_by=plan.ward)
    numbered = ((number, fitting[number % len(fitting)]) for number in count())
    return [_plain(case, number + 1, place) for number, case in islice(numbered, dossiers)]


def _plain(case: Case, number: int, place: Place) -> Case:
    plain = {"story": Story.PAID, "ends": State.RETURNED, "sent_twice": False, "mistake": None, "stars": None}
    own = {"number": number, "key": f"repair-drill:{number}", "place": place, "age": None, "brought_over": None}
    return case.model_copy(update={**plain, **own})


def operators_in(staff: Staff) -> list[str]:
    """Who holds the post of an operator today."""
    return [one for one in dict.fromkeys(held.person for held in staff.appointments) if is_operator(one, staff)]
