"""Each check of PostgreSQL finds its trouble in a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from activities.events_out.filters import EventFilter
from activities.ledger.documents import ReceivedDocuments, SentDocument, SentDocuments, StageSaid
from activities.ledger.feed import Cursor, Feed, FeedReader
from activities.ledger.notices import NoticeRegister
from activities.ledger.pool import Pool, open_pool
from activities.ledger.rules_store import RulesStore
from activities.ledger.staff_notices import StaffNotices
from activities.ledger.used_certificates import used_certificates
from activities.ledger.worker_breakers import WorkerBreakers
from activities.relays.set_aside import SetAsideList
from activities.webhooks.register import Owner, WebhookRegister
from domain.channels.applicant_policy import ApplicantNotices
from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.documents.stages import DocumentStage
from domain.dossier.events import ResultSigned
from domain.errors import DomainError
from domain.notices.lines import StaffNotice
from domain.rules.notice_policy import NoticePolicy, StaffMatter
from domain.values import VIETNAM
from gateway.client.doctor import of_database, of_rules
from gateway.client.doctor.checks import Finding, Severity, examine
from gateway.client.doctor.of_temporal import clocks
from gateway.client.doctor.servers import Servers
from tests.support.databases import Database
from tests.support.kept_letters import THEIRS, keep_unmatched
from tests.support.ledger_samples import MORNING, open_dossier
from tests.support.small_province import a_small_province

pytestmark = pytest.mark.stack


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """A pool of the application's role."""
    opened = await open_pool(database.url, size=4)
    yield opened
    await opened.close()


def told(findings: Iterable[Finding]) -> list[tuple[Severity, str]]:
    """The level and the code of each finding."""
    return [(one.level, one.code) for one in findings]


async def test_a_whole_database_is_well(pool: Pool) -> None:
    """It answers, has the schema of this release, and nothing waits."""
    assert told(await of_database.database_answers(pool)) == [(Severity.OK, "database_answers")]
    assert told(await of_database.schema(pool)) == [(Severity.OK, "schema_current")]
    assert told(await of_database.relays(pool, assigned_by_hand=True)) == [(Severity.OK, "relays_current")]
    assert told(await of_database.webhooks(pool)) == [(Severity.OK, "webhooks_current")]
    assert told(await of_database.digests(pool, NoticePolicy())) == [(Severity.OK, "digests_current")]
    assert told(await of_database.breakers(pool)) == [(Severity.OK, "breakers_closed")]
    assert (await of_database.database_size(pool)).facts["size"].endswith(" MB")


async def test_a_database_without_its_tables_is_found(empty_database: Database) -> None:
    """Migrations are missing; other checks that need the tables are trouble too and say why."""
    pool = await open_pool(empty_database.admin_url, size=2)
    assert told(await of_database.schema(pool)) == [(Severity.TROUBLE, "database_too_old")]
    await pool.close()


async def test_a_database_that_does_not_answer_is_told_once() -> None:
    """Its own check has the error; the checks that need it say that they were not made. Temporal's go on."""
    with pytest.raises(DomainError) as absent:
        await open_pool("postgresql://luongxanh_app@127.0.0.1:9/luongxanh", 1)

    async def province() -> None:
        raise OSError

    servers = Servers(absent.value, absent.value, province, "queue")  # type: ignore[arg-type]
    results = {one.check.value: [each.code for each in one.findings] for one in await examine([*servers.checks()])}
    assert results["database"] == results["temporal"] == ["database_unavailable"]
    assert results.pop("staff") == ["check_failed"]
    not_made = {code for check, codes in results.items() if check not in ("database", "temporal") for code in codes}
    assert not_made == {"not_checked"}


async def test_what_relays_did_not_hand_on_is_found(pool: Pool) -> None:
    """Events of last year wait; the assigner counts only where dossiers are assigned by it; an event was set aside."""
    code = await open_dossier(pool, "a-key")
    await SetAsideList(pool).put(FeedReader.PORTAL, code, 1, "field_refused")
    feed = Feed(pool)
    for reader in (FeedReader.NOTICES, FeedReader.INTERCONNECTION, FeedReader.DOCUMENTS, FeedReader.LINK):
        await feed.commit_cursor(reader, await feed.end())
    found = await of_database.relays(pool, assigned_by_hand=True)
    assert [(one.level, one.code, one.facts["relay"]) for one in found] == [
        (Severity.TROUBLE, "relay_lags", "portal"),
        (Severity.WARNING, "events_set_aside", "portal"),
    ]
    by_machine = await of_database.relays(pool, assigned_by_hand=False)
    assert {one.facts["relay"] for one in by_machine} == {"portal", "assigner"}


async def test_receivers_that_are_not_told_are_found(pool: Pool) -> None:
    """One dossier waits for another try, and one was given up."""
    owner = Owner(kind="service", code="so-hoa")
    made, _ = await WebhookRegister(pool).create(owner, "https://receiver.example/", EventFilter(), "van-hanh")
    for dossier, dead in (("d1", True), ("d2", False)):
        await pool.execute(
            "insert into webhook_behind (webhook, dossier, version, code, dead_at)"
            " values ($1, $2, 1, 'c', case when $3 then now() end)",
            made.id,
            dossier,
            dead,
        )
    assert (Severity.WARNING, "webhooks_given_up") in told(await of_database.webhooks(pool))


async def test_digests_that_are_late_or_refused_are_found(pool: Pool) -> None:
    """Lines that are collected are no trouble; those that no worker collects are, and digests that were refused."""
    policy, notices = NoticePolicy(quiet_from=None, quiet_to=None), StaffNotices(pool)
    await notices.add("d1", 1, [StaffNotice(recipient="cb.1", matter=StaffMatter.WARNED)])
    assert told(await of_database.digests(pool, policy)) == [(Severity.OK, "digests_current")]
    await pool.execute("update staff_notice set since = since - interval '21 minutes'")
    assert told(await of_database.digests(pool, policy)) == [(Severity.WARNING, "digests_late")]
    await notices.collect("cb.1", await notices.now())
    [digest] = await notices.unsent(1)
    await notices.refused(digest.id, "unknown_recipient")
    assert told(await of_database.digests(pool, policy)) == [(Severity.WARNING, "digests_refused")]


async def test_notices_that_should_have_been_sent_are_found(pool: Pool) -> None:
    """A channel that sends nothing for minutes, and for an hour; what waits for the end of the night is not late, nor
    when the night has just ended; what has been in doubt for an hour is told."""
    register, waking = NoticeRegister(pool), ApplicantNotices(quiet_from=None, quiet_to=None)
    facts, place = {"dossier": "d1"}, Cursor(xid=2**40, position=1)
    await register.add("d1.v1.0", "d1", 1, NoticeKind.SUBMITTED, facts, (NoticeChannel.SMS,), place)

    async def looked(policy: ApplicantNotices = waking) -> list[tuple[Severity, str]]:
        return told(await of_database.notices(pool, policy, lambda _: False))

    async def older(minutes: int) -> None:
        ago = timedelta(minutes=minutes)
        await pool.execute("update notice set next_try = next_try - $1::interval, doubt_since = now() - $1", ago)

    assert await looked() == [(Severity.OK, "notices_current")]
    await pool.execute("update notice set next_try = next_try - interval '6 minutes'")
    assert await looked() == [(Severity.WARNING, "notices_late")]
    now = datetime.now(VIETNAM)
    night = [(now - timedelta(hours=2)).time(), (now + timedelta(hours=2)).time()]
    ended = [night[0], (now - timedelta(minutes=2)).time()]
    for quiet_from, quiet_to in (night, ended):
        assert await looked(ApplicantNotices(quiet_from=quiet_from, quiet_to=quiet_to)) == [
            (Severity.OK, "notices_current")
        ]
    await older(61)
    assert await looked() == [(Severity.TROUBLE, "notices_late"), (Severity.WARNING, "notices_in_doubt")]


async def test_letters_that_fit_nothing_and_silent_receivers_are_found(pool: Pool) -> None:
    """A letter of no dossier at once; one that nobody judges after minutes; a document that the axis took and of which
    its receiver says nothing for two days, until it says something or answers."""
    assert told(await of_database.documents(pool)) == [(Severity.OK, "documents_current")]
    await keep_unmatched(pool, "LA-1")
    assert told(await of_database.documents(pool)) == [(Severity.WARNING, "letters_unmatched")]
    await ReceivedDocuments(pool).settle("LA-1", "op.1", "Đã đọc")
    await ReceivedDocuments(pool).keep("LA-2", THEIRS.id, "a" * 64, b"<x/>")
    assert told(await of_database.documents(pool)) == [(Severity.OK, "documents_current")]
    await pool.execute("update document_received set at = at - interval '6 minutes'")
    assert told(await of_database.documents(pool)) == [(Severity.WARNING, "letters_unjudged")]
    await pool.execute("update document_received set at = at - interval '1 hour'")
    assert told(await of_database.documents(pool)) == [(Severity.TROUBLE, "letters_unjudged")]
    sent, before = SentDocuments(pool), datetime.now(VIETNAM) - of_database.SILENCE_FORGOTTEN
    await sent.write(
        SentDocument(id="o,2026/01/01,1/K", dossier="d", version=1, purpose="opinion", sender="o", receivers=("r", "s"))
    )

    async def silent() -> int:
        return (await sent.silent(before, datetime.now(VIETNAM))).documents

    async def says(organ: str, stage: DocumentStage) -> None:
        now = datetime.now(VIETNAM)
        await sent.said(StageSaid(document="o,2026/01/01,1/K", organ=organ, stage=stage, said_at=now, message="m"))

    assert await silent() == 0, "the axis has not taken it: the relay waits, and says so"
    await says("axis", DocumentStage.SENT)
    assert await silent() == 1
    await says("r", DocumentStage.ARRIVED)
    assert await silent() == 1, "the other receiver has said nothing"
    await pool.execute("update document_received set answers = 'o,2026/01/01,1/K', sender = 's'")
    assert await silent() == 0


async def test_a_system_that_is_not_called_is_found(pool: Pool) -> None:
    """Two processes hold its calls back; one that has not told anything for minutes is gone and does not count."""
    held_back = {"quick": {"civil": "open"}, "patient": {"civil": "half_open", "payments": "closed"}}
    for process in ("1@host", "2@host", "3@host"):
        await WorkerBreakers(pool).tell(process, held_back)
    await pool.execute("update worker_breakers set told_at = now() - interval '5 minutes' where process = '3@host'")
    [found] = await of_database.breakers(pool)
    assert (found.level, found.code, found.facts["processes"]) == (Severity.WARNING, "breakers_open", "2")


async def test_rules_that_are_not_published_are_found(pool: Pool) -> None:
    """Until they are published."""
    province = a_small_province()
    assert told(await of_rules.rules(pool, province)) == [(Severity.TROUBLE, "rules_unpublished")]
    await RulesStore(pool).publish(province.rulebook().stored())
    assert told(await of_rules.rules(pool, province)) == [(Severity.OK, "rules_published")]


def test_a_calendar_that_ends_is_found() -> None:
    """A year ahead it is a warning, two months ahead trouble."""
    province = a_small_province()
    end = max(one.last_day for one in province.calendars)
    levels = {
        days: {level for level, _ in told(of_rules.calendars(province, end - timedelta(days=days)))}
        for days in (400, 300, 10)
    }
    assert levels == {400: {Severity.OK}, 300: {Severity.WARNING}, 10: {Severity.TROUBLE}}


def test_a_province_without_an_operator_is_found() -> None:
    """Before anybody holds a post, nobody can repair anything."""
    assert (Severity.WARNING, "no_operator") in told(of_rules.staff(a_small_province(), date(1999, 1, 1)))


async def test_a_clock_that_differs_is_found(database: Database) -> None:
    """The database's clock is an hour ahead: it is replaced by one of our own, which every session finds first."""
    owner = await asyncpg.connect(database.superuser_url)
    await owner.execute(
        "create schema ahead; create function ahead.clock_timestamp() returns timestamptz language sql as"
        " $$ select pg_catalog.clock_timestamp() + interval '1 hour' $$;"
        " grant usage on schema ahead to public;"
        f' alter database "{database.name}" set search_path = ahead, public, pg_catalog'
    )
    await owner.close()
    pool = await open_pool(database.url, 1)
    [found] = await clocks(None, pool)
    await pool.close()
    assert (found.level, found.code, found.facts["server"]) == (Severity.TROUBLE, "clock_differs", "PostgreSQL")
    assert abs(float(found.facts["seconds"]) - 3_600) < 60


async def test_the_certificates_in_use_are_known(pool: Pool) -> None:
    """Each once, from the newest events."""
    signed = ResultSigned(at=MORNING, signer="chair", unit="13366", certificate="ct-1", signature="s")
    for key in ("one", "two"):
        await open_dossier(pool, f"{key}-{uuid4()}", signed)
    assert await used_certificates(pool, 5) == ["ct-1"]
