"""The ladder of an existing dossier, for `escalation explain`."""

from __future__ import annotations

from datetime import datetime

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.story_pages import StoryPages
from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from domain.rules.province import Province
from gateway.client.pinned_rules import pinned_rules
from gateway.views.ladder_explanation import LADDER_KINDS, ExplainedLadder, explain_ladder
from gateway.views.names import Names


async def explain_dossier(pool: Pool, province: Province, code: str, now: datetime) -> tuple[ExplainedLadder, Names]:
    """Every rung of the ladder that the dossier pins, with the people of the province now.

    Raises NotFound `unknown_dossier`.
    """
    row = await LedgerReader(pool).dossier(code)
    if row is None:
        raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=code)
    dossier = dossier_in(row)
    rules = await pinned_rules(pool, dossier.pins, dossier.deadlines.binding_calendars)
    story = await StoryPages(pool).of_kinds(code, LADDER_KINDS)
    explained = explain_ladder(dossier, rules, story, province.staff, province.organisation, now)
    return explained, Names.of_rules(rules, now.date())
