"""The vault of personal data: kept under a commitment, revealed by it, and erased for good.

What is kept here never stands in an event, a log, a trace or a search attribute: those carry the commitment.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import InvalidInput, NotFound
from domain.operator_orders import require_operator, require_reason
from domain.privacy.applicant_names import Applicant, applicants
from domain.privacy.particulars import require_unnamed_text
from domain.record.sealing import Json, commitment
from domain.values import VIETNAM, Code, Hash, Instant, Name

UNCLAIMED_AFTER = timedelta(days=1)
"""How long data waits for the command that speaks of it."""


class Vault:
    """Personal data in PostgreSQL, in a schema and under privileges of its own."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, dossier: Code | None, personal: Json) -> Hash:
        """Keeps an applicant's particulars or a person's note; returns the commitment that commands carry.

        `dossier` None: its code is not known yet. The salt is new each time, so equal data has unequal commitments.
        What no event speaks of within a day is swept away. Raises InvalidInput (`not_recordable`).
        """
        salt = secrets.token_bytes(32)
        kept = commitment(salt, personal)
        with sql_span("vault.keep", dossier=dossier), unavailable_as_answer():
            await self._pool.execute(
                "insert into vault.personal (commitment, dossier, salt, body) values ($1, $2, $3, $4)",
                kept,
                dossier,
                salt,
                personal,
            )
        return kept

    async def reveal(self, kept: Hash) -> Json:
        """What stands under a commitment. Raises NotFound (`personal_unknown`, `personal_erased`)."""
        found = await self.reveal_all([kept])
        if kept in found:
            return found[kept]
        with sql_span("vault.look"), unavailable_as_answer():
            erased_at = await self._pool.fetchval("select erased_at from vault.personal where commitment = $1", kept)
        if erased_at is None:
            raise NotFound("personal_unknown", commitment=kept)
        raise NotFound("personal_erased", commitment=kept, erased_at=_in_vietnam(erased_at))

    async def reveal_all(self, wanted: list[Hash]) -> dict[Hash, Json]:
        """What stands under each commitment; the unknown and the erased are left out. For lists and forms."""
        with sql_span("vault.reveal", wanted=len(wanted)), unavailable_as_answer():
            rows: list[Any] = await self._pool.fetch(
                "select commitment, body from vault.personal where commitment = any ($1) and erased_at is null", wanted
            )
        return {row["commitment"]: row["body"] for row in rows}

    async def holds(self, dossier: Code, kept: Hash) -> bool:
        """Whether something stands under this commitment that was kept for the dossier and not erased."""
        return await self._holds("commitment = $1 and dossier = $2 and erased_at is null", kept, dossier)

    async def holds_applicant(self, dossier: Code, kept: Hash) -> bool:
        """The same, and it is an applicant's particulars."""
        condition = "commitment = $1 and dossier = $2 and erased_at is null and body ? 'identity_number'"
        return await self._holds(condition, kept, dossier)

    async def _holds(self, condition: str, kept: Hash, dossier: Code) -> bool:
        with sql_span("vault.holds", dossier=dossier), unavailable_as_answer():
            query = f"select exists (select from vault.personal where {condition})"  # noqa: S608
            found: bool = await self._pool.fetchval(query, kept, dossier)
        return found

    async def first_of(self, dossier: Code) -> Json | None:
        """What was kept first for a dossier; None where nothing was, or where it is erased."""
        with sql_span("vault.first_of", dossier=dossier), unavailable_as_answer():
            body: Json | None = await self._pool.fetchval(
                "select body from vault.personal where dossier = $1 order by created_at, commitment limit 1", dossier
            )
        return body

    async def applicants_of(self, dossier: Code) -> tuple[Applicant, ...]:
        """Whoever was entered as the applicant of a dossier, before and after corrections: no text may name them."""
        with sql_span("vault.applicants_of", dossier=dossier), unavailable_as_answer():
            rows: list[Any] = await self._pool.fetch(
                "select body from vault.personal where dossier = $1 and erased_at is null and body ? 'identity_number'",
                dossier,
            )
        return applicants(row["body"] for row in rows)

    async def erase(self, kept: Hash, who: Code, why: Name) -> Instant:
        """Erases data and salt for good and writes down who and why; the chain still verifies.

        Returns when: erasing twice answers the first time. Raises NotFound (`personal_unknown`), InvalidInput where
        no reason is given.
        """
        _require_reason(who, why)
        require_unnamed_text("why", why, applicants((await self.reveal_all([kept])).values()))
        with sql_span("vault.erase"), unavailable_as_answer():
            erased_at = await self._pool.fetchval("select vault.erase($1, $2, $3)", kept, who, why)
        if erased_at is None:
            raise NotFound("personal_unknown", commitment=kept)
        moment: Instant = erased_at.astimezone(VIETNAM)
        return moment

    async def erase_dossier(self, dossier: Code, who: Code, why: Name) -> int:
        """Erases everything that was kept for a dossier or that its events speak of; returns how many were erased."""
        _require_reason(who, why)
        require_unnamed_text("why", why, await self.applicants_of(dossier))
        with sql_span("vault.erase_dossier", dossier=dossier), unavailable_as_answer():
            erased: int = await self._pool.fetchval(
                """
                select count(vault.erase(commitment, $2, $3)) from (
                    select commitment from vault.personal where dossier = $1 and erased_at is null
                    union
                    select kept.commitment from vault.reference join vault.personal kept using (commitment)
                    where reference.dossier = $1 and kept.erased_at is null
                ) as of_dossier
                """,
                dossier,
                who,
                why,
            )
        return erased

    async def kept_of(self, dossier: Code) -> int:
        """How many entries `erase_dossier` would erase."""
        with sql_span("vault.kept_of", dossier=dossier), unavailable_as_answer():
            kept: int = await self._pool.fetchval(
                """
                select count(*) from vault.personal kept where erased_at is null and (
                    dossier = $1 or exists (
                        select from vault.reference
                        where reference.dossier = $1 and reference.commitment = kept.commitment
                    )
                )
                """,
                dossier,
            )
        return kept

    async def sweep(self, older_than: timedelta = UNCLAIMED_AFTER) -> int:
        """Removes what no event speaks of (a submission that was never sent); returns how many were removed."""
        with sql_span("vault.sweep"), unavailable_as_answer():
            removed: int = await self._pool.fetchval("select vault.sweep($1)", older_than)
        return removed


def _require_reason(who: str, why: str) -> None:
    if not who.strip() or not why.strip():
        raise InvalidInput("erasure_without_reason")
    require_operator(who)
    require_reason(why)  # the log of erasures is never erased


def _in_vietnam(at: Instant) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="minutes")
