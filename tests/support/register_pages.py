"""Pages of the register in the order of the codes, for tests that look into it."""

from __future__ import annotations

import hashlib
import hmac

from activities.ledger.pool import Pool
from activities.ledger.search.cursors import Cursors
from activities.ledger.search.order import Place, Reading
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter
from activities.ledger.search.reader import DossierSearch, FoundDossier, Search
from tests.support.ledger_samples import MORNING


async def listed(
    pool: Pool, wanted: SearchFilter | None = None, *, at: object = MORNING, limit: int = 50, after: str | None = None
) -> list[FoundDossier]:
    """The found dossiers after the one with the code `after`."""
    search = Search.model_validate({"wanted": wanted or SearchFilter(), "scope": ALL_DOSSIERS, "at": at})
    return await DossierSearch(pool).rows(search, Reading(Place(code=after) if after else None), limit=limit)


def cursors(key: bytes = b"the key of these tests") -> Cursors:
    """Cursors that are signed with this key."""
    return Cursors(lambda content: hmac.digest(key, content, hashlib.sha256))
