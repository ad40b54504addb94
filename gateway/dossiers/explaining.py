"""The ladder of a dossier that a caller may read, with the people of now."""

from __future__ import annotations

from datetime import datetime

from activities.ledger.story_pages import StoryPages
from gateway.client import Engine
from gateway.dossiers.reaching import Reached
from gateway.views.ladder_explanation import LADDER_KINDS, ExplainedLadder, explain_ladder


async def ladder_of_reached(engine: Engine, found: Reached, now: datetime) -> ExplainedLadder:
    """Every rung that the dossier pins. Raises DatabaseUnavailable."""
    story = await StoryPages(engine.pool).of_kinds(found.row.code, LADDER_KINDS)
    organisation = engine.province.organisation
    return explain_ladder(found.dossier, found.rules, story, engine.staff, organisation, now)
