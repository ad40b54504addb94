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


class SecretSeals:
    """Signs with one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def signature(self, content: bytes) -> bytes:
        """The signature of the content."""
        return hmac.digest(self._secret, content, hashlib.sha256)

    def signed(self, content: bytes, signature: bytes) -> bool:
        """True when this is the signature of the content."""
        return hmac.compare_digest(self.signature(content), signature)


def cursors(secret: bytes = b"the secret of these tests") -> Cursors:
    """Cursors that are signed with this secret."""
    return Cursors(SecretSeals(secret))
