"""Attacks the promise that an event log has no personal data: everything that could be a person's is marked in the
ledger, and no mark is in any file."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pyarrow.parquet
import pytest
from pydantic import TypeAdapter

from activities.ledger.event_log import EventLog, LoggedEvent
from activities.ledger.pool import Pool, open_pool
from activities.ledger.search.query import ALL_DOSSIERS, Window
from activities.ledger.search.reader import Search
from domain.dossier.events import AnyEvent, OutsideCallFailed, SigningHandedOver
from domain.roles import Role
from gateway.views.event_logs import attributes as log
from gateway.views.event_logs.formats import LogFormat
from gateway.views.event_logs.objects import of_event
from gateway.views.event_logs.officers import Officers
from gateway.views.event_logs.writing import write_log
from tests.support.databases import Database
from tests.support.given import MONDAY
from tests.support.recorded_lives import lives, record_lives

pytestmark = pytest.mark.stack

TEXT = "Nguyễn Thị Tèo, 12 Lê Lợi, 0912345678, 036090001234"
CODE, HASH, URL = "nguyen-thi-teo.036090001234", "feed" * 16, "https://teo.example/036090001234"
MARKS = (TEXT, CODE, HASH, URL)
FOUND = ("Tèo", "teo", "Lê Lợi", "0912345678", "036090001234", "feedfeed")
PUBLISHED = {"documents", "procedure", "pins", "matter"}
"""Fields with codes of the published rules, which the decision compares with them: nobody can write words there."""
MARKED = {
    "note", "legal_basis", "applicant", "submitted_by", "person", "signer", "reference", "pay_url", "certificate",
    "signature", "result_number", "number",
}  # fmt: skip
"""At least these fields have a mark: else nothing would be proved."""
LEAVES = {log._FIELDS.get(one.name, one.name) for one in log.OF_EVENTS}
_EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
Path = tuple[Any, ...]


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    opened = await open_pool(database.url, size=2)
    yield opened
    await opened.close()


def texts(value: Any, path: Path = ()) -> Iterator[Path]:
    """The place of every text, and of every field that is empty and could hold one."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from texts(inner, (*path, key))
        case list():
            for number, inner in enumerate(value):
                yield from texts(inner, (*path, number))
        case str() | None:
            yield path


def put(body: Any, path: Path, text: str) -> Any:
    copy = json.loads(json.dumps(body))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = text
    return copy


def marked(event: AnyEvent, known: dict[tuple[str, Path], str | None]) -> tuple[dict[str, Any], set[str]]:
    """The event with a mark wherever its model takes one. In a field that leaves for the log only a text is a mark:
    its codes are those of units, steps and rungs. `known`: the mark of each place, by the kind of event."""
    body, fields = event.model_dump(mode="json"), set()
    for path in texts(body):
        if path[0] in {"kind", "at", *PUBLISHED}:
            continue
        place = event.kind, path
        if place not in known:
            known[place] = next((mark for mark in marks_of(path) if is_taken(put(body, path, mark))), None)
        mark = known[place]
        if mark is not None:
            body = put(body, path, mark)
            fields.add(str(path[0]))
    return body, fields


def marks_of(path: Path) -> tuple[str, ...]:
    return MARKS[:1] if path[0] in LEAVES else MARKS


def is_taken(body: Any) -> bool:
    try:
        _EVENT.validate_json(json.dumps(body))
    except ValueError:
        return False
    return True


async def mark_ledger(pool: Pool, owner: Pool, happened: dict[str, list[AnyEvent]]) -> set[str]:
    """Marks every event and every actor. Returns the fields that have a mark."""
    everywhere: set[str] = set()
    known: dict[tuple[str, Path], str | None] = {}
    rows = []
    for stored in await pool.fetch("select dossier, version, body from event"):
        body, fields = marked(happened[stored["dossier"]][stored["version"] - 1], known)
        everywhere |= fields
        kept = {name: body[name] for name in stored["body"] if name in body}
        changed = {**stored["body"], **kept, **{name: body[name] for name in fields}}
        rows.append((stored["dossier"], stored["version"], changed, CODE))
    await owner.execute("alter table event disable trigger all")
    await owner.executemany("update event set body = $3, actor_person = $4 where dossier = $1 and version = $2", rows)
    return everywhere


async def test_no_mark_is_in_any_file(pool: Pool, database: Database) -> None:
    """Names, numbers, addresses, telephone numbers, reasons, notes, references, certificates, numbers of results and
    codes of officers stand in the ledger, and in no byte of a file; Parquet is read uncompressed."""
    happened = await record_lives(pool, lives())
    owner = await open_pool(database.superuser_url, 1)
    fields = await mark_ledger(pool, owner, happened)
    await owner.close()
    assert fields >= MARKED, sorted(fields)
    for form in LogFormat:
        file = io.BytesIO()
        batches = EventLog(pool).batches(Search(scope=ALL_DOSSIERS, at=MONDAY), Window())
        written = await write_log(batches, form.writer(file, Officers()))
        assert written.events == sum(map(len, happened.values()))
        assert written.unread == 0, "every marked event was read"
        content = as_text(form, file.getvalue())
        assert "officer-" in content
        assert [mark for mark in FOUND if mark in content] == [], form


def test_words_in_the_place_of_a_code_stay_behind() -> None:
    """What an outside system wrote where a code is expected does not leave the ledger."""
    handed = SigningHandedOver(
        at=MONDAY, from_unit="13366", to_unit="H42", cause=TEXT, used_minutes=None, left_minutes=None
    )
    failed = OutsideCallFailed(at=MONDAY, effect="x", system=TEXT, code=TEXT, final=True)
    for event, leaves in ((handed, {"from_unit": "13366", "to_unit": "H42"}), (failed, {"final": True})):
        logged = LoggedEvent(1, event.kind, MONDAY, CODE, Role.SYSTEM.value, None, event, None)
        assert log.of_event(logged) == leaves
        related = list(of_event("H42.13366-250707-0001", logged, Officers()))
        assert {one.qualifier for one in related} <= {"about", "concerns"}


def as_text(form: LogFormat, content: bytes) -> str:
    """The file as it stands, and as its reader sees it."""
    if form is not LogFormat.PARQUET:
        return content.decode()
    table = pyarrow.parquet.read_table(io.BytesIO(content))
    return (
        content.decode("latin-1") + str(table.schema) + json.dumps(table.to_pylist(), default=str, ensure_ascii=False)
    )
