"""Pages of the register in the order of the codes, for tests that look into it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

from activities.ledger.one_moment import PLANNING
from activities.ledger.pool import Pool
from activities.ledger.search.cursors import Cursors
from activities.ledger.search.order import Place, Reading, SearchOrder, parts_of
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter
from activities.ledger.search.reader import DossierSearch, FoundDossier, Search, page_statement
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


async def plan_of(pool: Pool, wanted: dict[str, Any], order: SearchOrder | None = None) -> list[str]:
    """How PostgreSQL finds the codes of the first page of a search: the steps below the limit, with their indexes."""
    order = order or SearchOrder()
    search = Search(wanted=SearchFilter.model_validate(wanted), scope=ALL_DOSSIERS, order=order, at=MORNING)
    statement, arguments = page_statement(search, next(parts_of(order, Reading())), 50)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(PLANNING)
        plan = json.loads(await connection.fetchval(f"explain (format json) {statement}", *arguments))
    limit = next(step for step in _steps(plan[0]["Plan"]) if step["Node Type"] == "Limit")
    return [" ".join((step["Node Type"], step.get("Index Name", ""))).strip() for step in _steps(limit)]


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _steps(below)
