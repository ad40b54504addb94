"""Checks the reason of an order on dossiers against the names of their applicants, before it is recorded for ever."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from activities.ledger.pool import Pool
from activities.ledger.vault import Vault
from domain.operator_orders import require_reason
from domain.privacy.particulars import require_unnamed_text

AT_ONCE = 100
"""So many dossiers' applicants are read together."""


class Reasons:
    """Knows the applicants of dossiers."""

    def __init__(self, pool: Pool) -> None:
        self._vault = Vault(pool)

    async def require(self, code: str, why: str) -> None:
        """Accepts a line that names nobody. Raises the InvalidInput errors of `require_reason`, DatabaseUnavailable."""
        require_reason(why)
        await self.require_unnamed(why, [code])

    async def require_unnamed(self, why: str, codes: Iterable[str]) -> None:
        """Accepts a line that names no applicant of these dossiers.

        Raises InvalidInput `particulars_in_record`, DatabaseUnavailable.
        """
        left = iter(codes if why.strip() else ())
        while some := list(itertools.islice(left, AT_ONCE)):
            require_unnamed_text("why", why, await self._vault.applicants_of(*some))
