"""Tests of the event logs for process mining: what other programs read in them is what the ledger holds."""

from __future__ import annotations

import csv
import gc
import io
import json
import re
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import pyarrow.parquet
import pytest
from defusedxml.ElementTree import fromstring

from activities.ledger.event_log import EventLog
from activities.ledger.pool import Pool, open_pool
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter, Window
from activities.ledger.search.reader import Search
from domain.dossier.events import AnyEvent
from domain.dossier.evolve import evolve_all
from domain.dossier.state import NotSubmitted, State
from domain.errors import InvalidInput
from domain.values import VIETNAM
from gateway.views.event_logs import attributes as log
from gateway.views.event_logs.formats import LogFormat
from gateway.views.event_logs.officers import Officers
from gateway.views.event_logs.writing import write_log
from gateway.views.event_logs.written import Written
from tests.support.databases import Database
from tests.support.given import MONDAY
from tests.support.recorded_lives import lives, record_lives

pytestmark = pytest.mark.stack

Lives = dict[str, list[AnyEvent]]
KEY = b"k" * 32
EVER = Window()
XES = "{http://www.xes-standard.org/}"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=VIETNAM)
PERSONAL = re.compile(r"officer\.hanam|desk\.phuly|head\.|cash\.|official|citizen|Điều|aaaaaaaa|http://pay")
"""What stands in the acts of the lives and must not leave: codes of persons, texts, commitments, addresses to pay."""


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    opened = await open_pool(database.url, size=2)
    yield opened
    await opened.close()


async def written(pool: Pool, form: LogFormat, *, span: Window = EVER, **wanted: Any) -> tuple[bytes, Written]:
    """The file of a search, and what was counted."""
    file = io.BytesIO()
    search = Search(wanted=SearchFilter(**wanted), scope=ALL_DOSSIERS, at=NOW)
    counted = await write_log(EventLog(pool).batches(search, span), form.writer(file, Officers(KEY)))
    return file.getvalue(), counted


def of_ledger(happened: Lives) -> dict[str, list[tuple[str, str]]]:
    """The kind of each event and the state after it, of every dossier, as the domain has them."""
    return {
        code: [
            (event.kind, evolve_all(NotSubmitted(code), events[: number + 1]).state.value)
            for number, event in enumerate(events)
        ]
        for code, events in happened.items()
    }


def attributes(element: Element) -> dict[str, str]:
    return {one.attrib["key"]: one.attrib["value"] for one in element if "key" in one.attrib}


async def test_every_format_has_the_events_of_the_ledger(pool: Pool) -> None:
    """XES, OCEL 2.0, CSV and Parquet have each event once, in order, with its time and the state after it."""
    happened = await record_lives(pool, lives())
    expected, times = of_ledger(happened), {code: [one.at for one in events] for code, events in happened.items()}
    size = await EventLog(pool).size(Search(scope=ALL_DOSSIERS, at=NOW), Window())
    assert (size.dossiers, size.events) == (len(happened), sum(map(len, happened.values())))
    await check_xes(pool, expected, times)
    await check_rows(pool, expected, times)
    await check_ocel(pool, expected, times)
    await check_parquet(pool)


async def check_xes(pool: Pool, expected: Any, times: Any) -> None:
    content, counted = await written(pool, LogFormat.XES)
    root = fromstring(content)
    assert root.tag == f"{XES}log"
    assert root.attrib["xes.version"] == "1849.2016"
    order = [one.tag.removeprefix(XES) for one in root]
    assert order == sorted(order, key=["extension", "global", "classifier", "string", "trace"].index)
    assert {one.attrib["prefix"] for one in root.iter(f"{XES}extension")} == {"concept", "lifecycle", "time", "org"}
    found = {}
    for trace in root.iter(f"{XES}trace"):
        events = [attributes(event) for event in trace.iter(f"{XES}event")]
        code = attributes(trace)["concept:name"]
        found[code] = [(one["concept:name"], one["state"]) for one in events]
        assert [rounded(one["time:timestamp"]) for one in events] == times[code]
        for wanted in root.iter(f"{XES}global"):
            has = [attributes(trace)] if wanted.attrib["scope"] == "trace" else events
            assert all(attributes(wanted).keys() <= one.keys() for one in has), "a global attribute is in each"
    assert found == expected
    assert counted == Written(dossiers=len(expected), events=sum(map(len, expected.values())))
    assert not PERSONAL.search(content.decode())


def rounded(written: str) -> datetime:
    return datetime.fromisoformat(written)


async def check_rows(pool: Pool, expected: Any, times: Any) -> None:
    content, _ = await written(pool, LogFormat.CSV)
    found: dict[str, list[tuple[str, str]]] = {}
    when: dict[str, list[datetime]] = {}
    for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
        found.setdefault(row["case:concept:name"], []).append((row["concept:name"], row["state"]))
        when.setdefault(row["case:concept:name"], []).append(datetime.fromisoformat(row["time:timestamp"]))
    assert found == expected
    assert when == times
    assert not PERSONAL.search(content.decode())


async def check_ocel(pool: Pool, expected: Any, times: Any) -> None:
    content, _ = await written(pool, LogFormat.OCEL2)
    whole = json.loads(content)
    assert whole.keys() == {"objectTypes", "eventTypes", "objects", "events"}
    types = {one["name"]: {field["name"] for field in one["attributes"]} for one in whole["eventTypes"]}
    objects = {one["id"]: one for one in whole["objects"]}
    assert len(objects) == len(whole["objects"]), "an id belongs to one object"
    assert {one["type"] for one in objects.values()} <= {one["name"] for one in whole["objectTypes"]}
    found: dict[str, list[tuple[str, str]]] = {code: [] for code in expected}
    for event in whole["events"]:
        code, version = event["id"].rsplit("/", 1)
        values = {one["name"]: one["value"] for one in event["attributes"]}
        assert values.keys() <= types[event["type"]]
        assert datetime.fromisoformat(event["time"]) == times[code][int(version) - 1]
        assert {one["objectId"] for one in event["relationships"]} <= objects.keys()
        assert (code, "about") in {(one["objectId"], one["qualifier"]) for one in event["relationships"]}
        found[code].append((event["type"], values["state"]))
    assert found == expected
    for one in objects.values():
        assert {other["objectId"] for other in one.get("relationships", ())} <= objects.keys()
    kinds = {one["type"] for one in objects.values()}
    assert kinds >= {"dossier", "document", "payment", "decision", "unit", "officer"}
    assert not PERSONAL.search(content.decode())


async def check_parquet(pool: Pool) -> None:
    """The rows are those of the CSV file, with times as times."""
    content, counted = await written(pool, LogFormat.PARQUET)
    table = pyarrow.parquet.read_table(io.BytesIO(content))
    rows, _ = await written(pool, LogFormat.CSV)
    assert table.num_rows == counted.events
    as_text = [{name: told(value) for name, value in row.items()} for row in table.to_pylist()]
    assert as_text == list(csv.DictReader(io.StringIO(rows.decode(), newline="")))


def told(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.astimezone(VIETNAM).isoformat(timespec="microseconds")
        case _:
            return str(value)


@pytest.mark.parametrize("form", [LogFormat.XES, LogFormat.OCEL2, LogFormat.PARQUET])
async def test_a_log_that_breaks_off_does_not_look_whole(pool: Pool, form: LogFormat) -> None:
    """After an error on the way nobody can read the file. (One of CSV has no end: whoever writes it breaks off.)"""
    await record_lives(pool, lives()[:4])

    async def breaking() -> AsyncGenerator[Any, None]:
        yield [one async for batch in EventLog(pool).batches(Search(scope=ALL_DOSSIERS, at=NOW), EVER) for one in batch]
        raise OSError(28, "No space left on device")

    file = io.BytesIO()
    readers: dict[LogFormat, Callable[[bytes], Any]] = {
        LogFormat.XES: fromstring, LogFormat.OCEL2: json.loads, LogFormat.PARQUET: table_of,
    }  # fmt: skip
    async with aclosing(breaking()) as batches:
        with pytest.raises(OSError, match="No space"):
            await write_log(batches, form.writer(file, Officers(KEY)))
    gc.collect()  # the library of Parquet ends a file when its writer is dropped
    readers[form]((await written(pool, form))[0])
    with pytest.raises((ParseError, ValueError)):
        readers[form](file.getvalue())


def table_of(content: bytes) -> Any:
    return pyarrow.parquet.read_table(io.BytesIO(content))


async def test_the_filter_and_the_span(pool: Pool) -> None:
    """The register's filter chooses dossiers, the span events; the state after an event counts what was before it."""
    cases = lives()
    later = cases[2].later(hours=26)
    later.tick()
    happened = await record_lives(pool, cases)
    content, counted = await written(pool, LogFormat.CSV, states=(State.WITHDRAWN,))
    codes = {row["case:concept:name"] for row in csv.DictReader(io.StringIO(content.decode(), newline=""))}
    withdrawn = [code for code, states in of_ledger(happened).items() if states[-1][1] == "withdrawn"]
    assert codes == set(withdrawn)
    assert counted.dossiers == 1
    _, nothing = await written(pool, LogFormat.XES, span=Window(since=MONDAY + timedelta(days=400)))
    assert nothing == Written()
    everything = sum(map(len, happened.values()))
    _, before = await written(pool, LogFormat.CSV, span=Window(before=MONDAY + timedelta(hours=1)))
    _, since = await written(pool, LogFormat.CSV, span=Window(since=MONDAY + timedelta(hours=1)))
    assert before.events + since.events == everything


async def test_pseudonyms(pool: Pool) -> None:
    """One officer has one pseudonym in a file and with one key; another key has others. Applicants have none."""
    await record_lives(pool, lives()[:4])
    search = Search(scope=ALL_DOSSIERS, at=NOW)
    logged = [one async for batch in EventLog(pool).batches(search, Window()) for one in batch]
    events = [event for dossier in logged for event in dossier.events]
    assert all(event.state is not None for event in events)
    of_key, same, other, plain = (
        [(event.person, officers.name(event)) for event in events]
        for officers in (Officers(KEY), Officers(KEY), Officers(), Officers(by_code=True))
    )
    assert of_key == same != other
    assert len(set(of_key)) == len({person for person, _ in of_key}), "one for each"
    assert ("citizen.1", "applicant") in plain
    assert all(person == name for person, name in plain if name != "applicant" and not name.startswith("system"))


async def test_an_event_of_a_newer_release_stays_in_the_log(pool: Pool, database: Database) -> None:
    """An event that this release cannot read has its kind, time and actor; the states after it are not known."""
    [code] = await record_lives(pool, lives()[:1])
    owner = await open_pool(database.superuser_url, 1)
    await owner.execute("alter table event disable trigger all")
    await owner.execute("update event set kind = 'seen_on_mars' where version = 1")
    await owner.close()
    content, counted = await written(pool, LogFormat.CSV)
    first = next(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert (first["concept:name"], first["state"], first["case:concept:name"]) == ("seen_on_mars", "", code)
    assert counted.unread == counted.events


def test_no_field_that_may_name_a_person_leaves() -> None:
    """The fields of events in the log are chosen one by one: none is a person, a text, a commitment or an address."""
    personal = {"person", "by", "signer", "note", "legal_basis", "applicant", "submitted_by", "pay_url", "signature"}
    assert not personal & {one.name for one in log.OF_EVENTS}
    known = {field.name for fields in log.kinds().values() for field in fields}
    assert known == {one.name for one in log.OF_EVENTS}, "every field stands in some event"


def test_parquet_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyarrow is not installed, the refusal says how to install it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InvalidInput, match="parquet_not_installed"):
        LogFormat.PARQUET.require()
    LogFormat.CSV.require()
