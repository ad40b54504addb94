"""A register of drawn dossiers: rows without events, and the same rows in Python, for tests of searches."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from activities.ledger.pool import Pool, open_pool
from domain.dossier.state import State
from domain.procedures.procedure import Channel
from tests.support.ledger_samples import MORNING

UNITS = ("TTPVHCC", "H42.7", *(str(number) for number in range(13_360, 13_380)))
PROCEDURES = ("1.004222", "2.000815", "1.001193")
OFFICERS = ("cb.1", "cb.2", "cb.3")
RULES = ("Luồng Xanh 16 giờ", "Luồng Xanh 50 %")
SYSTEMS = ("signing", "payments", "land")
RUNGS = ("canh-bao", "qua-han")
APPLICANTS = ("cd.001", "cd.002")
HOLDERS = (*({"kind": "unit", "code": unit} for unit in UNITS[:4]), {"kind": "applicant", "code": None})

Row = dict[str, Any]


def draw(number: int, lot: random.Random) -> list[Row]:
    """Rows with distinct codes, whose columns are drawn. Many dates are missing, many are equal."""
    codes = sorted({_code(lot) for _ in range(number)})
    return [_row(code, lot) for code in codes]


def _code(lot: random.Random) -> str:
    day = lot.choice(("250701", "250702", "261126"))
    count = lot.choice((lot.randint(1, 99), lot.randint(9_000, 99_999)))
    return f"H42.{lot.choice(UNITS)}-{day}-{count:0{lot.choice((4, 4, 4, 5))}d}"


def _row(code: str, lot: random.Random) -> Row:
    ended = lot.random() < 0.5
    rule, systems = lot.choice((None, *RULES)), lot.sample(SYSTEMS, lot.choice((0, 0, 0, 1, 2)))
    submitted_by = lot.choice((None, *APPLICANTS))
    places = {"received_by": lot.choice(UNITS)} | {
        name: lot.choice((None, *UNITS)) for name in ("competent", "responsible", "queue")
    }
    accountable = places["responsible"] or places["queue"] or places["competent"] or places["received_by"]
    return {
        "code": code,
        "version": 1,
        "state": lot.choice((State.RETURNED, State.WITHDRAWN) if ended else (State.PROCESSING, State.ACCEPTED)).value,
        "portal_code": 4,
        "procedure": lot.choice(PROCEDURES),
        "channel": lot.choice(list(Channel)).value,
        **{name: places[name] for name in ("received_by", "competent", "responsible")},
        "assignee": lot.choice((None, *OFFICERS)),
        "received_at": date(lot),
        "statutory_due": date(lot),
        "promised_due": date(lot),
        "overdue_statutory_from": None if ended else date(lot),
        "overdue_promised_from": None if ended else date(lot),
        "ended_at": date(lot) if ended else None,
        "late_statutory_minutes": lot.choice((None, 0, -30, 30, 90)) if ended else None,
        "late_promised_minutes": lot.choice((None, 0, -30, 30, 90)) if ended else None,
        "used_minutes": lot.choice((None, 60, 480)) if ended else None,
        "statutory_minutes": lot.choice((None, 480)) if ended else None,
        "promised_minutes": lot.choice((None, 240)) if ended else None,
        "late_statutory_by": lot.sample(HOLDERS, lot.choice((0, 1, 2))),
        "late_promised_by": lot.sample(HOLDERS, lot.choice((0, 1, 2))),
        "rung": lot.choice((None, None, *RUNGS)),
        "crossing": lot.random() < 0.3,
        "updated_at": MORNING + timedelta(minutes=lot.randint(0, 500)),
        "snapshot": {
            "timing": {"green": {"name": rule}} if rule else lot.choice(({}, {"green": None}, None)),
            "submitted_by": submitted_by,
            "incidents": [{"system": system} for system in systems],
            **places,
        },
        "green": rule,
        "incident_systems": systems,
        "submitted_by": submitted_by,
        "accountable": accountable,
        "taking_part": [unit for unit in places.values() if unit],
    }


def date(lot: random.Random) -> Any:
    """An instant of a few days, often none."""
    return MORNING + timedelta(hours=lot.randint(0, 60)) if lot.random() < 0.6 else None


GENERATED = ("green", "incident_systems", "submitted_by", "accountable", "taking_part")
"""Columns that the database computes from the snapshot."""


async def insert(pool: Pool, rows: Sequence[Row]) -> None:
    """Writes the rows into the register."""
    columns = [column for column in rows[0] if column not in GENERATED]
    names = ", ".join(columns)
    told = json.dumps([{name: row[name] for name in columns} for row in rows], default=str)
    await pool.execute(
        f"insert into dossier ({names}) "  # noqa: S608  our own columns
        f"select {names} from jsonb_populate_recordset(null::dossier, $1::text::jsonb)",
        told,
    )


async def analyse(admin_url: str) -> None:
    """Statistics about the register, as a running database has them."""
    owner = await open_pool(admin_url, 1)
    await owner.execute("vacuum (analyze) dossier")
    await owner.close()
