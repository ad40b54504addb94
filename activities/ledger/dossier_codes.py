"""Gives a dossier its code: once for each intake key, unique for each authority and day."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import Conflict
from domain.values import Code

SUBMISSIONS = UUID("c5d9a1be-7a0b-5f43-8c8f-5b3d1f6f2a10")

NOT_KNOWN_ANY_MORE = ""
"""The fingerprint of what was sent to an earlier release, whose fingerprints spoke of persons."""


def submission_of(key: str) -> UUID:
    """The id of the command that opens the dossier of this intake key: the same key can only open the same dossier."""
    return uuid5(SUBMISSIONS, key)


class DossierCodes:
    """The register of dossier codes, such as `H42.12-250701-0001`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def allocate(self, key: str, authority: Code, day: date, fingerprint: str) -> Code:
        """The code of what was sent under `key`: a new one, or the one it was given before.

        `authority` is the authority's identifier on the portal, `day` the day of receipt in Vietnam, `fingerprint`
        a hash of what was sent, which says nothing of a person: it is kept for ever. No number is lost or given twice.
        Raises Conflict (`key_reused`) where the key came before with another fingerprint; DatabaseUnavailable.
        """
        with sql_span("ledger.allocate_code"), unavailable_as_answer():
            row = await self._pool.fetchrow(
                "select code, known from allocate_code($1, $2, $3, $4)", key, authority, day, fingerprint
            )
        code: Code = row["code"]
        if row["known"] not in (NOT_KNOWN_ANY_MORE, fingerprint):
            raise Conflict("key_reused", key=key, dossier=code)
        return code
