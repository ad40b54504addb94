"""Keeps every rule that was ever published, for as long as a dossier may pin it."""

from __future__ import annotations

from collections.abc import Iterable

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import Conflict
from domain.rules.rulebook import RuleKind, StoredRule, hash_of_text


class RulesStore:
    """The published rules. They are only ever added to."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def publish(self, rules: Iterable[StoredRule]) -> int:
        """Adds what is not there yet; returns how many were added.

        Raises Conflict (`rule_tampered`) where a text does not have its hash, before anything is added.
        """
        wanted = list(rules)
        for rule in wanted:
            if hash_of_text(rule.text) != rule.hash:
                raise Conflict("rule_tampered", kind=rule.kind, hash=rule.hash)
        with sql_span("ledger.publish_rules", rules=len(wanted)), unavailable_as_answer():
            added = await self._pool.fetch(
                """
                insert into rule (hash, kind, body)
                select * from unnest($1::text[], $2::text[], $3::text[])
                on conflict (hash) do nothing
                returning hash
                """,
                [rule.hash for rule in wanted],
                [rule.kind.value for rule in wanted],
                [rule.text for rule in wanted],
            )
        return len(added)

    async def absent(self, rules: Iterable[StoredRule]) -> list[StoredRule]:
        """Those of these rules that were never published, in their order."""
        wanted = list(rules)
        with sql_span("ledger.absent_rules", rules=len(wanted)), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select hash from rule where hash = any ($1::text[])", [rule.hash for rule in wanted]
            )
        there = {row["hash"] for row in rows}
        return [rule for rule in wanted if rule.hash not in there]

    async def load_all(self) -> tuple[StoredRule, ...]:
        """Every published rule, oldest first, for `Rulebook.adding`. One of a kind that this release does not know is
        left out, like one that it cannot read: only the dossiers that pin it wait."""
        known = "select hash, kind, body from rule where kind = any ($1) order by published_at, hash"
        with sql_span("ledger.load_rules"), unavailable_as_answer():
            rows = await self._pool.fetch(known, [kind.value for kind in RuleKind])
        return tuple(StoredRule(hash=row["hash"], kind=row["kind"], text=row["body"]) for row in rows)

    async def count(self) -> int:
        """How many rules were ever published; it only grows, so an equal count means that nothing is new."""
        with sql_span("ledger.count_rules"), unavailable_as_answer():
            count: int = await self._pool.fetchval("select count(*) from rule")
        return count
