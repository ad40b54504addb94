"""Gives dossiers their codes. An intake key gets one code; numbers are unique for each authority and day."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import Conflict
from domain.messages.record import RecordRefusal
from domain.values import Code

SUBMISSIONS = UUID("c5d9a1be-7a0b-5f43-8c8f-5b3d1f6f2a10")

NOT_KNOWN_ANY_MORE = ""
"""Replaces the fingerprints of an earlier release, which depended on personal data and were removed."""


def submission_of(key: str) -> UUID:
    """The id of the command that opens the dossier of this intake key. The same key always opens the same dossier."""
    return uuid5(SUBMISSIONS, key)


class DossierCodes:
    """The register of dossier codes, such as `H42.12-250701-0001`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def allocate(self, key: str, authority: Code, day: date, fingerprint: str) -> Code:
        """The code for the submission with this `key`: a new code, or the code that the key got before.

        `authority` is the authority's identifier on the portal, `day` the day of receipt in Vietnam. `fingerprint` is a
        hash of the submission without personal data, because it is kept for ever. No number is lost or given twice.
        Raises Conflict (`key_reused`) when the key was used with another fingerprint; DatabaseUnavailable.
        """
        with sql_span("ledger.allocate_code"), unavailable_as_answer():
            row = await self._pool.fetchrow(
                "select code, known from allocate_code($1, $2, $3, $4)", key, authority, day, fingerprint
            )
        code: Code = row["code"]
        if row["known"] not in (NOT_KNOWN_ANY_MORE, fingerprint):
            raise Conflict(RecordRefusal.KEY_REUSED, key=key, dossier=code)
        return code
