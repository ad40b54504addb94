"""The vault of personal data. Data are stored, read and erased by their commitment.

Events, logs, traces and search attributes hold the commitment and never the data.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import InvalidInput, NotFound
from domain.messages.record import RecordRefusal
from domain.operator_orders import require_operator, require_reason
from domain.privacy.applicant_names import Applicant, applicants
from domain.privacy.particulars import require_unnamed_text
from domain.record.sealing import Json, commitment
from domain.values import VIETNAM, Code, Hash, Instant, Name

UNCLAIMED_AFTER = timedelta(days=1)
"""How long data may wait for the command that names it."""


class Vault:
    """Personal data in PostgreSQL, in a separate schema with its own privileges."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, dossier: Code | None, personal: Json) -> Hash:
        """Stores an applicant's particulars or a note; returns the commitment that commands hold.

        `dossier` is None when its code is not known yet. The salt is new each time, so equal data have different
        commitments. Data that no event names within a day are removed. Raises InvalidInput (`not_recordable`).
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
        """The data of a commitment. Raises NotFound (`personal_unknown`, `personal_erased`)."""
        found = await self.reveal_all([kept])
        if kept in found:
            return found[kept]
        with sql_span("vault.look"), unavailable_as_answer():
            erased_at = await self._pool.fetchval("select erased_at from vault.personal where commitment = $1", kept)
        if erased_at is None:
            raise NotFound(RecordRefusal.PERSONAL_UNKNOWN, commitment=kept)
        raise NotFound(RecordRefusal.PERSONAL_ERASED, commitment=kept, erased_at=_in_vietnam(erased_at))

    async def reveal_all(self, wanted: list[Hash]) -> dict[Hash, Json]:
        """The data of each commitment, for lists and forms. Unknown and erased commitments are left out."""
        with sql_span("vault.reveal", wanted=len(wanted)), unavailable_as_answer():
            rows: list[Any] = await self._pool.fetch(
                "select commitment, body from vault.personal where commitment = any ($1) and erased_at is null", wanted
            )
        return {row["commitment"]: row["body"] for row in rows}

    async def holds(self, dossier: Code, kept: Hash) -> bool:
        """True when the data of this commitment were stored for the dossier and are not erased."""
        return await self._holds("commitment = $1 and dossier = $2 and erased_at is null", kept, dossier)

    async def holds_applicant(self, dossier: Code, kept: Hash) -> bool:
        """The same as `holds`, and the data are an applicant's particulars."""
        condition = "commitment = $1 and dossier = $2 and erased_at is null and body ? 'identity_number'"
        return await self._holds(condition, kept, dossier)

    async def holds_postal_address(self, dossier: Code, kept: Hash) -> bool:
        """The same as `holds`, and the data have an address for the post."""
        condition = "commitment = $1 and dossier = $2 and erased_at is null and body ? 'postal_address'"
        return await self._holds(condition, kept, dossier)

    async def _holds(self, condition: str, kept: Hash, dossier: Code) -> bool:
        with sql_span("vault.holds", dossier=dossier), unavailable_as_answer():
            query = f"select exists (select from vault.personal where {condition})"  # noqa: S608
            found: bool = await self._pool.fetchval(query, kept, dossier)
        return found

    async def first_of(self, dossier: Code) -> Json | None:
        """The data that were stored first for a dossier; None when there are none or they are erased."""
        with sql_span("vault.first_of", dossier=dossier), unavailable_as_answer():
            body: Json | None = await self._pool.fetchval(
                "select body from vault.personal where dossier = $1 order by created_at, commitment limit 1", dossier
            )
        return body

    async def applicants_of(self, *dossiers: Code) -> tuple[Applicant, ...]:
        """All applicants ever entered for these dossiers, before and after corrections. No free text may name them."""
        with sql_span("vault.applicants_of", dossiers=len(dossiers)), unavailable_as_answer():
            rows: list[Any] = await self._pool.fetch(
                "select body from vault.personal"
                " where dossier = any($1::text[]) and erased_at is null and body ? 'identity_number'",
                dossiers,
            )
        return applicants(row["body"] for row in rows)

    async def erase(self, kept: Hash, who: Code, why: Name) -> Instant:
        """Erases data and salt for ever and records who did it and why. The chain can still be verified.

        Returns the time of the erasure; a second call returns the time of the first. Raises NotFound
        (`personal_unknown`), InvalidInput when there is no reason.
        """
        _require_reason(who, why)
        require_unnamed_text("why", why, applicants((await self.reveal_all([kept])).values()))
        with sql_span("vault.erase"), unavailable_as_answer():
            erased_at = await self._pool.fetchval("select vault.erase($1, $2, $3)", kept, who, why)
        if erased_at is None:
            raise NotFound(RecordRefusal.PERSONAL_UNKNOWN, commitment=kept)
        moment: Instant = erased_at.astimezone(VIETNAM)
        return moment

    async def erase_dossier(self, dossier: Code, who: Code, why: Name) -> int:
        """Erases all data stored for a dossier or named by its events; returns how many entries were erased."""
        _require_reason(who, why)
        require_unnamed_text("why", why, await self.applicants_of(dossier))
        with sql_span("vault.erase_dossier", dossier=dossier), unavailable_as_answer():
            erased: int = await self._pool.fetchval(
                """
                select (
                    select count(vault.erase(commitment, $2, $3)) from (
                        select commitment from vault.personal where dossier = $1 and erased_at is null
                        union
                        select kept.commitment from vault.reference join vault.personal kept using (commitment)
                        where reference.dossier = $1 and kept.erased_at is null
                    ) as of_dossier
                ) + (
                    select count(*) filter (where vault.erase_document(message, $1, $2, $3))
                    from document_received where dossier = $1
                )
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
                select (
                    select count(*) from vault.personal kept where erased_at is null and (
                        dossier = $1 or exists (
                            select from vault.reference
                            where reference.dossier = $1 and reference.commitment = kept.commitment
                        )
                    )
                ) + (
                    select count(*) from document_received join vault.document kept using (message)
                    where dossier = $1 and erased_at is null
                )
                """,
                dossier,
            )
        return kept

    async def sweep(self, older_than: timedelta = UNCLAIMED_AFTER) -> int:
        """Removes data that no event names (a submission that was never sent); returns how many entries."""
        with sql_span("vault.sweep"), unavailable_as_answer():
            removed: int = await self._pool.fetchval("select vault.sweep($1)", older_than)
        return removed


def _require_reason(who: str, why: str) -> None:
    if not who.strip() or not why.strip():
        raise InvalidInput(RecordRefusal.ERASURE_WITHOUT_REASON)
    require_operator(who)
    require_reason(why)  # the log of erasures is never erased


def _in_vietnam(at: Instant) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="minutes")
