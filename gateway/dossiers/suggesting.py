"""Whom the current step of a dossier could be given to."""

from __future__ import annotations

from datetime import datetime

from domain.dossier.view import WorkAct
from domain.dossier.work import work_of
from domain.organisation.suggestions import Suggestion
from gateway.client import Engine
from gateway.dossiers.reaching import Reached

OF_STEPS = (WorkAct.COMPLETE_STEP, WorkAct.APPROVE, WorkAct.SIGN)


async def suggestions_for(engine: Engine, found: Reached, at: datetime) -> tuple[Suggestion, ...]:
    """The suggestions for the step of a dossier, the best first; empty where it waits for none."""
    items = (item for item in work_of(found.dossier, found.rules) if item.act in OF_STEPS)
    item = next(items, None)
    if item is None:
        return ()
    return await engine.suggesting.suggestions(found.dossier, found.rules, item, at)
