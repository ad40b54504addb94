"""Compares the vault with the events: each commitment has its data or its record of erasure; no data are unnamed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from activities.ledger.integrity_report import Finding, finding
from activities.ledger.pool import Connection
from activities.ledger.rows import Row
from activities.ledger.vault import UNCLAIMED_AFTER
from activities.ledger.verification.chains import Chain
from domain.errors import InvalidInput
from domain.messages.findings import RecordFinding
from domain.record.sealing import RecordedEvent, commitment, commitments_of
from domain.values import Hash

SWEPT_WITHIN = UNCLAIMED_AFTER + timedelta(hours=3)
"""The age that unnamed data may have: a command may be under way, and the sweep runs once an hour."""

KEPT = """
select kept.commitment, kept.dossier, salt, body, erased_at,
       exists (select from vault.erasure where erasure.commitment = kept.commitment) as in_the_record,
       exists (
           select from vault.erasure where erasure.commitment = kept.commitment and at = erased_at
             and erasure.dossier is not distinct from kept.dossier
       ) as as_recorded
from vault.personal kept where kept.commitment = any ($1)
"""
WHOLES = """
select dossier, body -> 'parent' ->> 'dossier' as whole from event where version = 1 and dossier = any ($1)
"""
"""The dossier of the whole, of dossiers of children: a child's events name the particulars of the whole's applicant."""
ERASED = "select distinct commitment from vault.erasure where commitment = any ($1)"
REFERENCES = "select commitment, dossier, version from vault.reference where dossier = any ($1)"
FOREIGN_REFERENCES = """
select commitment, dossier, version from vault.reference
where ($1::text is null or dossier = $1) and not exists (select from event where event.dossier = reference.dossier)
"""
UNREFERENCED = """
select commitment, dossier, erased_at is not null or body is null as blank,
       exists (select from vault.erasure where erasure.commitment = kept.commitment) as in_the_record
from vault.personal kept
where ($1::text is null or dossier = $1)
  and not exists (select from vault.reference where reference.commitment = kept.commitment)
  and (erased_at is not null or body is null or created_at < now() - $2::interval
       or exists (select from vault.erasure where erasure.commitment = kept.commitment))
"""

Reference = tuple[Hash, str, int]


@dataclass
class Personal:
    """The counts and findings of the vault so far."""

    checked: int = 0
    erased: int = 0
    problems: list[Finding] = field(default_factory=list)

    async def check(self, db: Connection, chains: Sequence[Chain]) -> None:
        """Checks the commitments and references of these dossiers."""
        named: dict[tuple[Hash, str], RecordedEvent] = {}
        for chain in chains:
            for recorded in chain.events:
                for kept in commitments_of(recorded.event):
                    named.setdefault((kept, recorded.dossier), recorded)
        first_named: dict[Hash, RecordedEvent] = {}
        for (kept, _), recorded in named.items():
            first_named.setdefault(kept, recorded)
        vault = {row["commitment"]: row for row in await db.fetch(KEPT, list(first_named))} if first_named else {}
        missing = [kept for kept in first_named if kept not in vault]
        erased = {row["commitment"] for row in await db.fetch(ERASED, missing)} if missing else set()
        for kept, recorded in first_named.items():
            self._judge(kept, recorded, vault.get(kept), erased)
        stored_for = {kept: row["dossier"] for kept, row in vault.items()}
        await self._compare_dossiers(
            db, [(recorded, stored_for[kept]) for (kept, _), recorded in named.items() if kept in vault]
        )
        await self._compare_references(db, [chain for chain in chains if chain.whole], vault.keys())

    async def check_unnamed(self, db: Connection, code: str | None, patience: float) -> None:
        """Finds rows that no event names."""
        for row in await db.fetch(FOREIGN_REFERENCES, code, timeout=patience):
            self._reference(row["commitment"], row["dossier"], row["version"], RecordFinding.REFERENCE_UNFOUNDED)
        for row in await db.fetch(UNREFERENCED, code, SWEPT_WITHIN, timeout=patience):
            if row["blank"] and row["in_the_record"]:
                continue  # erased on request, and no event names it
            problem = RecordFinding.PERSONAL_UNCLAIMED
            if row["blank"] or row["in_the_record"]:
                problem = RecordFinding.PERSONAL_BLANKED if row["blank"] else RecordFinding.ERASURE_DISAGREES
            self.problems.append(finding(problem, row["dossier"], table="vault.personal", found=row["commitment"]))

    def _judge(self, kept: Hash, recorded: RecordedEvent, row: Row | None, erased: set[Hash]) -> None:
        """Checks one commitment: its row with matching data, or the record of its erasure."""
        if row is None:
            if kept in erased:
                self.erased += 1
            else:
                self._found(RecordFinding.PERSONAL_MISSING, recorded, kept)
        elif row["erased_at"] is not None or row["body"] is None or row["salt"] is None:
            self.erased += 1
            if not row["as_recorded"]:
                self._found(RecordFinding.PERSONAL_BLANKED, recorded, kept, column="body, salt", found=row["erased_at"])
        elif row["in_the_record"]:
            self._found(RecordFinding.ERASURE_DISAGREES, recorded, kept)
        elif (computed := _commitment(row)) != kept:
            self._found(RecordFinding.PERSONAL_ALTERED, recorded, kept, column="body, salt", found=computed)
        else:
            self.checked += 1

    async def _compare_dossiers(self, db: Connection, named: Sequence[tuple[RecordedEvent, str | None]]) -> None:
        """Finds data stored for another dossier: they would stay when this dossier's data are erased."""
        others = [(recorded, stored_for) for recorded, stored_for in named if stored_for != recorded.dossier]
        if not others:
            return
        wholes = {row["dossier"]: row["whole"] for row in await db.fetch(WHOLES, [one.dossier for one, _ in others])}
        for recorded, stored_for in others:
            if stored_for is None or stored_for != wholes.get(recorded.dossier):
                of = recorded.dossier
                self._found(RecordFinding.PERSONAL_OF_ANOTHER, recorded, of, column="dossier", found=stored_for)

    async def _compare_references(self, db: Connection, chains: Sequence[Chain], kept: Collection[Hash]) -> None:
        """Each command that names a row needs one reference, at its last version.

        The sweep removes rows without one.
        """
        rows = await db.fetch(REFERENCES, [chain.dossier for chain in chains])
        there = {(row["commitment"], row["dossier"], row["version"]) for row in rows}
        wanted = {reference for chain in chains for reference in _references(chain) if reference[0] in kept}
        for reference in sorted(wanted - there):
            self._reference(*reference, RecordFinding.REFERENCE_MISSING)
        for reference in sorted(there - wanted):
            self._reference(*reference, RecordFinding.REFERENCE_UNFOUNDED)

    def _found(
        self,
        code: RecordFinding,
        recorded: RecordedEvent,
        expected: str,
        *,
        column: str | None = None,
        found: object = None,
    ) -> None:
        place = (recorded.dossier, recorded.version)
        self.problems.append(
            finding(code, *place, table="vault.personal", column=column, expected=expected, found=found)
        )

    def _reference(self, kept: Hash, dossier: str, version: int, code: RecordFinding) -> None:
        facts = {"found": kept} if code is RecordFinding.REFERENCE_UNFOUNDED else {"expected": kept}
        self.problems.append(finding(code, dossier, version, table="vault.reference", **facts))


def _references(chain: Chain) -> set[Reference]:
    last: dict[object, int] = {}
    for recorded in chain.events:
        last[recorded.command_id] = recorded.version
    return {
        (kept, chain.dossier, last[recorded.command_id])
        for recorded in chain.events
        for kept in commitments_of(recorded.event)
    }


def _commitment(row: Row) -> Hash | None:
    try:
        return commitment(row["salt"], row["body"])
    except InvalidInput:
        return None
