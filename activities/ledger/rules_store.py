"""Stores every rule that was ever published: dossiers pin them by their hashes."""

from __future__ import annotations

from collections.abc import Iterable

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import Conflict
from domain.messages.rules import RulesRefusal
from domain.rules.rulebook import RuleKind, StoredRule, hash_of_text
from domain.values import Hash


class RulesStore:
    """The published rules. Rules are added and never changed or removed."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def publish(self, rules: Iterable[StoredRule]) -> int:
        """Adds the rules that are not there yet; returns how many were added.

        Raises Conflict (`rule_tampered`) when a text does not have its hash, before it adds anything.
        """
        wanted = list(rules)
        for rule in wanted:
            if hash_of_text(rule.text) != rule.hash:
                raise Conflict(RulesRefusal.RULE_TAMPERED, kind=rule.kind, hash=rule.hash)
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

    async def published(self, hashes: Iterable[Hash]) -> set[Hash]:
        """The hashes among these that were ever published."""
        wanted = list(hashes)
        with sql_span("ledger.published_rules", rules=len(wanted)), unavailable_as_answer():
            rows = await self._pool.fetch("select hash from rule where hash = any ($1::text[])", wanted)
        return {row["hash"] for row in rows}

    async def load(self, hashes: Iterable[Hash]) -> tuple[StoredRule, ...]:
        """The published rules with these hashes, oldest first; see `load_all`."""
        return await self._loaded(list(hashes))

    async def load_all(self) -> tuple[StoredRule, ...]:
        """Every published rule, oldest first, for `Rulebook.adding`.

        A rule of an unknown kind is left out: only the dossiers that pin it wait.
        """
        return await self._loaded(None)

    async def _loaded(self, hashes: list[Hash] | None) -> tuple[StoredRule, ...]:
        known = (
            "select hash, kind, body from rule where kind = any ($1) and ($2::text[] is null or hash = any ($2))"
            " order by published_at, hash"
        )
        with sql_span("ledger.load_rules"), unavailable_as_answer():
            rows = await self._pool.fetch(known, [kind.value for kind in RuleKind], hashes)
        return tuple(StoredRule(hash=row["hash"], kind=row["kind"], text=row["body"]) for row in rows)

    async def count(self) -> int:
        """The number of published rules. It only grows, so the same number means that there is no new rule."""
        with sql_span("ledger.count_rules"), unavailable_as_answer():
            count: int = await self._pool.fetchval("select count(*) from rule")
        return count
