"""The two due dates of a dossier in words."""

from __future__ import annotations

from datetime import datetime

from domain.deadlines.limits import WhichClock
from domain.dossier.events import Due
from domain.values import Bilingual
from gateway.i18n.wording import at, say


def dates(due: Due) -> Bilingual:
    """Both due dates after an event."""
    promised = _date(due.promised, beyond=WhichClock.PROMISED in due.beyond)
    statutory = _date(due.statutory, beyond=WhichClock.STATUTORY in due.beyond)
    return say(
        f"hẹn trả: {promised.vi}; thời hạn theo quy định: {statutory.vi}",
        f"promised: {promised.en}; statutory: {statutory.en}",
    )


def _date(due: datetime | None, *, beyond: bool) -> Bilingual:
    if due is not None:
        return say(at(due), at(due))
    if beyond:
        return say("nằm ngoài lịch làm việc", "beyond the calendar")
    return say("không có", "none")
