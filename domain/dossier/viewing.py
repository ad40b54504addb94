"""From a dossier to its read models."""

from __future__ import annotations

from datetime import datetime

from domain.deadlines import clock
from domain.deadlines.clock import WhichClock
from domain.dossier.context import Rules
from domain.dossier.state import Dossier
from domain.dossier.view import DossierView
from domain.dossier.work import work_of
from domain.errors import RuleViolation
from domain.rules.rulebook import Rulebook


def view_of(dossier: Dossier, rulebook: Rulebook) -> DossierView:
    """The read models of a submitted dossier as it stands; RuleViolation `not_submitted`."""
    if dossier.pins is None or dossier.state is None:
        raise RuleViolation("not_submitted", dossier=dossier.code)
    rules = Rules.pinned(dossier.pins, rulebook)
    return DossierView.model_validate(
        {
            **{name: getattr(dossier, name) for name in _COPIED},
            "portal_code": dossier.state.portal_code,
            "statutory_beyond": WhichClock.STATUTORY in dossier.beyond_the_calendar,
            "promised_beyond": WhichClock.PROMISED in dossier.beyond_the_calendar,
            "overdue_statutory_from": _overdue_from(dossier, WhichClock.STATUTORY, rules),
            "overdue_promised_from": _overdue_from(dossier, WhichClock.PROMISED, rules),
            "received_at": dossier.timing.received_at if dossier.timing else None,
            "rung": dossier.fired[-1].rung if dossier.fired else None,
            "snapshot": dossier.model_dump(mode="json"),
            "work": work_of(dossier, rules),
        }
    )


def _overdue_from(dossier: Dossier, which: WhichClock, rules: Rules) -> datetime | None:
    return clock.overdue_from(dossier.timing, which, rules.calendars(dossier)) if dossier.timing else None


_COPIED = (
    "code", "version", "state", "procedure", "channel", "received_by", "competent", "responsible", "assignee", "step",
    "statutory_due", "promised_due", "ended_at", "late_statutory_minutes", "late_promised_minutes", "crossing",
    "updated_at",
)  # fmt: skip
