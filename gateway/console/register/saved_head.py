"""The saved search from which a list comes, and whether the list asks for something else by now."""

from __future__ import annotations

from dataclasses import dataclass

from activities.ledger.saved_searches import SavedSearch, SavedSearches
from activities.ledger.search.order import SearchOrder
from domain.errors import NotFound
from gateway.access.sharing import viewer_of
from gateway.api.dossiers.kept_filters import Fault, order_named, usable
from gateway.console.register.reading import Question, columns_named
from gateway.console.visits import Visit


@dataclass(frozen=True)
class SavedHead:
    """The saved search. `own`: it is the visitor's. `changed`: the list asks for something else than it does."""

    kept: SavedSearch
    own: bool
    changed: bool


async def saved_head(visit: Visit, question: Question) -> SavedHead | Fault | None:
    """None for a list that comes from no saved search, or for an applicant; a fault where it is gone or not shared."""
    if question.saved is None or not visit.may("read_saved_search"):
        return None
    viewer = viewer_of(visit.caller, visit.api.engine.province.organisation)
    try:
        kept = await SavedSearches(visit.api.pool).get(question.saved, viewer)
    except NotFound as gone:
        return Fault(str(gone.code), gone.message)
    then = (usable(kept.filter)[0], order_named(kept.sort) or SearchOrder(), columns_named(kept.columns))
    same = (question.filter, question.order, question.columns) == then
    return SavedHead(kept, own=kept.owner == visit.caller.name, changed=not same)
