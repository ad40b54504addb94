"""Opens a dossier by its code and the secret on its receipt, without a sign-in: the same check for every way in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from activities.ledger.reading import DossierRow, LedgerReader
from domain.errors import NotFound
from domain.values import DOSSIER_CODE
from gateway.access.rates import Quota, Rates
from gateway.dossiers.messages import TrackingRefusal

_DASHES = re.compile("[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
"""What keyboards and copied papers have for a hyphen."""


def typed_code(given: str) -> str:
    """A dossier's code as a person typed or copied it, without blanks and with plain hyphens."""
    return _DASHES.sub("-", "".join(given.split()))


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

        Small letters are taken for capital ones where the code has them: an authority's identifier may have both.

        Raises NotFound `tracking_unknown`, TooManyRequests `too_many_requests`, DatabaseUnavailable.
        """
        typed = typed_code(dossier)
        if not DOSSIER_CODE.fullmatch(typed):
            raise NotFound(TrackingRefusal.UNKNOWN)
        codes = dict.fromkeys((typed, typed.upper()))
        code = next((one for one in codes if self.secrets.is_receipt_secret(one, secret)), None)
        if code is None:
            # Only wrong secrets are counted: else a stranger could keep an applicant out, since codes can be guessed.
            await self.rates.take(self.guesses, "tracking", typed.upper())
            raise NotFound(TrackingRefusal.UNKNOWN)
        return await self.proved(code)

    async def proved(self, code: str) -> DossierRow:
        """The dossier of a caller who has shown its secret before. Raises NotFound `tracking_unknown`."""
        row = await self.reader.dossier(code)
        if row is None:
            raise NotFound(TrackingRefusal.UNKNOWN)
        return row
