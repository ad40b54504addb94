"""Opens a dossier by its code and the secret on its receipt, without a sign-in: the same check for every way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from activities.ledger.reading import DossierRow, LedgerReader
from domain.errors import NotFound
from domain.values import DOSSIER_CODE
from gateway.access.rates import Quota, Rates
from gateway.dossiers.messages import TrackingRefusal


class ReceiptSecrets(Protocol):
    """Knows the secret on the receipt of every dossier."""

    def is_receipt_secret(self, dossier: str, given: str) -> bool:
        """True when the text is the secret of this dossier."""
        ...


@dataclass(frozen=True)
class Receipts:
    """Opens dossiers by their receipts. `guesses`: how many wrong secrets one dossier may get."""

    reader: LedgerReader
    secrets: ReceiptSecrets
    rates: Rates
    guesses: Quota

    async def opened(self, dossier: str, secret: str) -> DossierRow:
        """The dossier with this code and this secret. A wrong code and a wrong secret get the same answer.

        Raises NotFound `tracking_unknown`, TooManyRequests `too_many_requests`, DatabaseUnavailable.
        """
        code = dossier.strip()
        if not DOSSIER_CODE.fullmatch(code):
            raise NotFound(TrackingRefusal.UNKNOWN)
        if not self.secrets.is_receipt_secret(code, secret):
            # Only wrong secrets are counted: else a stranger could keep an applicant out, since codes can be guessed.
            await self.rates.take(self.guesses, "tracking", code)
            raise NotFound(TrackingRefusal.UNKNOWN)
        return await self.proved(code)

    async def proved(self, code: str) -> DossierRow:
        """The dossier of a caller who has shown its secret before. Raises NotFound `tracking_unknown`."""
        row = await self.reader.dossier(code)
        if row is None:
            raise NotFound(TrackingRefusal.UNKNOWN)
        return row
