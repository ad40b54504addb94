"""Tests of the fold for verification and rebuilding, which uses all published rules with an unchanged text."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from activities.ledger.pool import open_pool
from activities.ledger.rules_store import RulesStore
from domain.errors import NotFound
from domain.record.sealing import RecordedEvent
from domain.rules.rulebook import content_hash
from gateway.views.projection import fold_under_published_rules
from tests.support.databases import Database
from tests.support.given import CITIZEN, Case, submitted
from tests.support.small_province import FREE, PAID, RULEBOOK
from tests.support.tampering import as_owner_of_the_server

pytestmark = pytest.mark.stack


def history(case: Case) -> list[RecordedEvent]:
    """The dossier's events as recorded."""
    return [
        RecordedEvent(
            position=version,
            xid=1,
            dossier=case.dossier.code,
            version=version,
            command_id=UUID(int=version),
            kind=event.kind,
            schema_version=1,
            at=event.at,
            actor=CITIZEN,
            event=event,
            hash="0" * 64,
        )
        for version, event in enumerate(case.events, start=1)
    ]


async def test_a_rule_that_was_altered_keeps_nobody_else_from_being_looked_at(database: Database) -> None:
    """When one procedure's text was changed, dossiers under other procedures are still folded."""
    pool, superuser = await open_pool(database.url, 2), await asyncpg.connect(database.superuser_url)
    try:
        await RulesStore(pool).publish(RULEBOOK.stored())
        checks = "select conname from pg_constraint where conrelid = 'rule'::regclass and contype = 'c'"
        await as_owner_of_the_server(superuser, f"alter table rule drop constraint {await superuser.fetchval(checks)}")
        spaced = f"update rule set body = body || ' ' where hash = '{content_hash(PAID)}'"  # noqa: S608
        await as_owner_of_the_server(superuser, spaced)
        fold = await fold_under_published_rules(pool)
        assert fold(history(submitted(FREE))).procedure == FREE.code
        with pytest.raises(NotFound, match="unknown_rule"):
            fold(history(submitted(PAID)))
    finally:
        await superuser.close()
        await pool.close()
