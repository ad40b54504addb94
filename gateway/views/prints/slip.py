"""The process-control slip: phiếu kiểm soát quá trình giải quyết hồ sơ, form 06 of Circular 03/2025/TT-VPCP.

One row for each time that the work went from one desk to another: giver, receiver, time, whether the dossier was in
time then, and what was done. The signature is the version of the ledger that recorded it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.deadlines.limits import WhichClock
from domain.dossier.events import (
    AnyEvent,
    DeadlineWarned,
    DossierEscalated,
    HandoverAcknowledged,
    ProcessingStarted,
)
from domain.dossier.state import Dossier
from domain.record.sealing import RecordedEvent
from domain.text.sentences import with_dots
from gateway.views.names import Names
from gateway.views.prints.handed import desk_name, head, timeliness, written
from gateway.views.timeline import row_sentence, to_an_applicant
from gateway.views.work_course import APPLICANT, MOST_MOVES, Course, Held, Passed, passed

MOST_ROWS = 400
"""Rows that are printed; earlier ones are counted."""


def slip_data(
    dossier: Dossier, course: Course, names: Names, *, seal: str, printed: datetime, to_staff: bool = True
) -> dict[str, Any]:
    """The data of `slip.typ`. `seal`: the hash of the newest version. `to_staff`: officers are named by their code.

    A course of units alone gives a row for each time that a unit got the dossier, and the form says so.
    """
    handed = passed(course.stages)
    units = _units(course.stays, names) if course.incomplete else []
    return {
        **head(dossier.code, dossier.routing.received_by, names, printed),
        "procedure": {"code": dossier.intake.procedure, "name": names.procedure(dossier.intake.procedure)},
        "competent": names.unit(dossier.routing.competent) if dossier.routing.competent else None,
        "received_at": written(dossier.deadlines.timing.received_at if dossier.deadlines.timing else None),
        "promised_at": written(dossier.deadlines.due(WhichClock.PROMISED)),
        "statutory_at": written(dossier.deadlines.due(WhichClock.STATUTORY)),
        "state": dossier.state.vi,
        "rows": [*units, *(_row(one, names, to_staff=to_staff) for one in handed[-MOST_ROWS:])][-MOST_ROWS:],
        "left_out": max(0, len(units) + len(handed) - MOST_ROWS),
        "only_units_after": with_dots(MOST_MOVES) if course.incomplete else None,
        "version": dossier.version,
        "hash": seal,
        "printed_at": written(printed),
    }


def _row(one: Passed, names: Names, *, to_staff: bool) -> dict[str, Any]:
    told = _telling(one.stage.events)
    return {
        "giver": desk_name(one.giver, names, to_staff=to_staff),
        "receiver": desk_name(one.receiver, names, to_staff=to_staff),
        "at": written(one.stage.at),
        "version": one.stage.version,
        "timeliness": timeliness(one.stage.judged()),
        "note": row_sentence(told if to_staff else to_an_applicant(told), names).vi,
    }


def _telling(events: Sequence[RecordedEvent]) -> RecordedEvent:
    """The event of a command that says why the work was passed on: the first that is not incidental."""
    return next((one for one in events if not _incidental(one.event)), events[0])


def _incidental(event: AnyEvent) -> bool:
    match event:
        case ProcessingStarted() | DeadlineWarned():
            return True
        case HandoverAcknowledged():
            return event.implied
        case DossierEscalated():
            return event.responsible is None
        case _:
            return False


def _units(stays: Sequence[Held], names: Names) -> list[dict[str, Any]]:
    """A row for each time that a unit, or the signing service, got the dossier."""
    givers = [APPLICANT, *(stay.desk for stay in stays)]
    return [
        {
            "giver": desk_name(giver, names),
            "receiver": desk_name(stay.desk, names),
            "at": written(stay.began),
            "version": None,
            "timeliness": timeliness(None),
            "note": "",
        }
        for giver, stay in zip(givers, stays, strict=False)
    ]
