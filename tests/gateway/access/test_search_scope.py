"""Tests that the register knows the same units of a dossier as the scope that guards reading it."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from activities.ledger.pool import open_pool
from domain.changed import changed
from domain.dossier.state import Dossier
from gateway.access.scopes import units_of
from tests.support.databases import Database
from tests.support.random_lives import MOVES, Life
from tests.support.small_province import CENTRE, COMMITTEE, FREE, PAID, PHU_LY

pytestmark = pytest.mark.stack

LIVES, MOVES_OF_A_LIFE = 40, 25


def lived(lot: random.Random) -> Life:
    """A life of random moves."""
    life = Life.begin(lot.choice((FREE, PAID)))
    for _ in range(MOVES_OF_A_LIFE):
        life.now += timedelta(minutes=lot.randint(0, 600))
        lot.choice(MOVES)(life, lot.randint(0, 300))
    return life


def kinds_of(dossier: Dossier) -> set[str]:
    """By which parts of the dossier a unit takes part, beside the three of its routing."""
    return {
        name
        for name, there in (
            ("opinion", dossier.processing.opinions),
            ("handover", dossier.handovers.open),
            ("answered handover", dossier.handovers.sent and not dossier.handovers.open),
            ("queue", dossier.routing.queue),
            ("signing", dossier.signing.unit),
            ("assisting", dossier.intake.assisted_by),
        )
        if there
    }


async def test_the_register_has_the_units_that_the_scope_asks_for(database: Database) -> None:
    """Whatever a dossier has gone through, its row has exactly the units by which a caller may read it."""
    pool, lot = await open_pool(database.url, 1), random.Random(11)  # noqa: S311  no secret
    seen: set[str] = set()
    for number in range(LIVES):
        life = lived(lot)
        dossier = life.dossier
        if number % 3 == 0:
            queued = changed(dossier.routing, queue=CENTRE, competent=None, responsible=None)
            dossier = changed(
                dossier,
                routing=queued,
                intake=changed(dossier.intake, assisted_by=COMMITTEE),
                signing=changed(dossier.signing, unit=PHU_LY),
            )
            life.standing = dossier
        await pool.execute("delete from dossier")
        await pool.fetchval("select put_view($1)", life.view().model_dump(mode="json"))
        stored, accountable = await pool.fetchrow("select taking_part, accountable from dossier")
        assert {*stored} == set(units_of(dossier))
        assert accountable == units_of(dossier)[0]
        assert units_of(dossier)[0] == (dossier.routing.responsible or dossier.routing.queue)
        seen |= kinds_of(dossier)
    assert seen == {"opinion", "handover", "answered handover", "queue", "signing", "assisting"}
    await pool.close()
