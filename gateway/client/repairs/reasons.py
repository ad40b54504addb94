"""Checks the reason of a repair against the names of the dossier's applicants, before it is recorded for ever."""

from __future__ import annotations

from activities.ledger.pool import Pool
from activities.ledger.vault import Vault
from domain.operator_orders import require_reason
from domain.privacy.particulars import require_unnamed_text


class Reasons:
    """Knows the applicants of dossiers."""

    def __init__(self, pool: Pool) -> None:
        self._vault = Vault(pool)

    async def require(self, code: str, why: str) -> None:
        """Accepts a line that names nobody. Raises the InvalidInput errors of `require_reason`, DatabaseUnavailable."""
        require_reason(why)
        require_unnamed_text("why", why, await self._vault.applicants_of(code))
