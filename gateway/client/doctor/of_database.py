"""The checks that read PostgreSQL: its answer, the schema, relays, webhooks, notices, documents, breakers, its size."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from activities.adapters.breaker import BreakerState
from activities.ledger.database_status import status_of_database
from activities.ledger.documents import ReceivedDocuments, SentDocuments
from activities.ledger.feed import Feed, FeedReader
from activities.ledger.notices import NoticeRegister
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.staff_notices import StaffNotices
from activities.ledger.worker_breakers import BreakersOfWorker, WorkerBreakers
from activities.relays.set_aside import SetAsideList
from activities.webhooks.progress import WebhookProgress
from domain.channels.applicant_policy import ApplicantNotices
from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.channels.quiet_hours import IsDayOff
from domain.outside_systems import RELAY_NAMES
from domain.rules.notice_policy import NoticePolicy
from domain.text.sentences import Choice
from domain.values import Bilingual
from gateway.client.doctor.checks import Finding, Severity, ok, trouble, warning
from gateway.client.doctor.messages import DoctorFinding
from gateway.i18n.wording import at, system_name

RELAY_LATE = timedelta(minutes=5)
RELAY_TOO_LATE = timedelta(hours=1)
SILENT_FOR = timedelta(days=2)
"""The software of an authority acknowledges a document when it arrives. One that is silent for so long is called."""
SILENCE_FORGOTTEN = timedelta(days=60)
"""Older documents without a receipt are told no more: nothing can be done about them."""
TOLD_LATELY = timedelta(minutes=1)
"""A process tells of its breakers several times a minute. One that has not is gone."""


async def database_answers(pool: Pool) -> Iterable[Finding]:
    """PostgreSQL answers, and how quickly."""
    begun = time.monotonic()
    with unavailable_as_answer():
        row = await pool.fetchrow("select current_database() as name, current_setting('server_version') as version")
    assert row is not None
    took = f"{time.monotonic() - begun:.2f}"
    return [ok(DoctorFinding.DATABASE_ANSWERS, version=row["version"], database=row["name"], seconds=took)]


async def schema(pool: Pool) -> Iterable[Finding]:
    """The migrations, roles and privileges, and the order of the ledger on this server."""
    found = await status_of_database(pool, whole=False)
    if found.ready:
        last = found.ran[-1] if found.ran else "–"
        return [ok(DoctorFinding.SCHEMA_CURRENT, count=len(found.ran), last=last)]
    return [Finding(level=Severity.TROUBLE, code=one.code, message=one.message, facts={}) for one in found.problems]


async def database_size(pool: Pool) -> Finding:
    """How much the database takes on its disk."""
    with unavailable_as_answer():
        size = await pool.fetchval("select pg_database_size(current_database())")
    return ok(DoctorFinding.DATABASE_SIZE, size=in_bytes(size))


def in_bytes(size: int) -> str:
    """`1.4 GB`, as disks are sold."""
    amount, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if amount < 1_000 or unit == "TB":
            break
        amount /= 1_000
    return f"{amount:.0f} {unit}" if amount >= 10 or unit == "B" else f"{amount:.1f} {unit}"


async def relays(pool: Pool, *, assigned_by_hand: bool) -> Iterable[Finding]:
    """How far the relays are behind the ledger, and what they could not hand on."""
    used = [one for one in await Feed(pool).status(whole=False) if not (assigned_by_hand and _assigns(one.reader))]
    aside = await SetAsideList(pool).counts()
    now, found = datetime.now(UTC), []
    for one in used:
        late = now - one.waits_since if one.waits_since else timedelta()
        if late >= RELAY_LATE:
            tell = trouble if late >= RELAY_TOO_LATE else warning
            since = at(one.waits_since) if one.waits_since else "–"
            found.append(
                tell(DoctorFinding.RELAY_LAGS, relay=_relay(one.reader), waiting=f"{one.waiting:,}", since=since)
            )
    found += [
        warning(DoctorFinding.EVENTS_SET_ASIDE, relay=_relay(relay), count=count) for relay, count in aside.items()
    ]
    return found or [ok(DoctorFinding.RELAYS_CURRENT, count=len(used))]


def _assigns(reader: str) -> bool:
    return reader == FeedReader.ASSIGNER


def _relay(code: str) -> Choice:
    return Choice(code=code, meaning=RELAY_NAMES.get(code, Bilingual(vi=code, en=code)))


async def webhooks(pool: Pool) -> Iterable[Finding]:
    """The receivers that could not be told."""
    counts = await WebhookProgress(pool).counts()
    found = []
    if counts.given_up:
        found.append(warning(DoctorFinding.WEBHOOKS_GIVEN_UP, count=counts.given_up))
    if counts.behind > counts.given_up:
        found.append(ok(DoctorFinding.WEBHOOKS_BEHIND, count=counts.behind))
    return found or [ok(DoctorFinding.WEBHOOKS_CURRENT)]


async def digests(pool: Pool, policy: NoticePolicy) -> Iterable[Finding]:
    """What members of staff have not been told in time, and what the notice gateway refused."""
    counts, recently = await StaffNotices(pool).counts(), datetime.now(UTC) - RELAY_LATE
    found = []
    since = [made for made in (counts.unsent_since,) if made and made <= recently and not policy.is_quiet(recently)]
    if counts.waiting_since and policy.is_due(counts.waiting_since, None, recently):
        since.append(counts.waiting_since)
    if since:
        facts = {"waiting": counts.lines_waiting, "unsent": counts.unsent, "since": at(min(since))}
        found.append(warning(DoctorFinding.DIGESTS_LATE, **facts))
    if counts.refused:
        found.append(warning(DoctorFinding.DIGESTS_REFUSED, count=counts.refused, reason=counts.refused_because))
    return found or [ok(DoctorFinding.DIGESTS_CURRENT, waiting=counts.lines_waiting)]


async def notices(pool: Pool, policy: ApplicantNotices, is_day_off: IsDayOff) -> Iterable[Finding]:
    """The channels that have not sent what was due, outside quiet hours, and what is in doubt for long."""
    now = datetime.now(UTC)
    register, moments = NoticeRegister(pool), {warning: now - RELAY_LATE, trouble: now - RELAY_TOO_LATE}
    found: dict[NoticeChannel, Finding] = {}
    for tell, moment in moments.items():  # what waited all night is not late when the night ends
        quiet = [kind for kind in NoticeKind if _is_quiet(policy, kind, (moment, now), is_day_off)]
        for one in await register.behind(moment, quiet):
            if one.due and one.due_since is not None:
                facts = {"channel": _channel(one.channel), "count": one.due, "since": at(one.due_since)}
                found[one.channel] = tell(DoctorFinding.NOTICES_LATE, **facts)
    doubtful = [
        warning(DoctorFinding.NOTICES_IN_DOUBT, channel=_channel(one.channel), count=one.in_doubt)
        for one in await register.behind(now, doubt_before=now - RELAY_TOO_LATE)
        if one.in_doubt
    ]
    return [*found.values(), *doubtful] or [ok(DoctorFinding.NOTICES_CURRENT)]


def _is_quiet(policy: ApplicantNotices, kind: NoticeKind, moments: tuple[datetime, ...], off: IsDayOff) -> bool:
    return any(policy.may_be_sent_from(kind, moment, off) > moment for moment in moments)


def _channel(channel: NoticeChannel) -> Choice:
    return Choice(code=channel.value, meaning=channel.words)


async def documents(pool: Pool) -> Iterable[Finding]:
    """Letters that fit nothing or were not looked at, and documents of which a receiver says nothing."""
    now, counts = datetime.now(UTC), await ReceivedDocuments(pool).counts()
    found = []
    if counts.unmatched and counts.unmatched_since is not None:
        since = at(counts.unmatched_since)
        found.append(warning(DoctorFinding.LETTERS_UNMATCHED, count=counts.unmatched, since=since))
    if counts.to_judge_since is not None and now - counts.to_judge_since >= RELAY_LATE:
        tell = trouble if now - counts.to_judge_since >= RELAY_TOO_LATE else warning
        found.append(tell(DoctorFinding.LETTERS_UNJUDGED, count=counts.to_judge, since=at(counts.to_judge_since)))
    silent = await SentDocuments(pool).silent(now - SILENCE_FORGOTTEN, now - SILENT_FOR)
    if silent.since is not None:
        found.append(warning(DoctorFinding.DOCUMENTS_SILENT, count=silent.documents, since=at(silent.since)))
    return found or [ok(DoctorFinding.DOCUMENTS_CURRENT)]


async def breakers(pool: Pool) -> Iterable[Finding]:
    """The systems that worker processes do not call now."""
    since = datetime.now(UTC) - TOLD_LATELY
    counts = Counter(
        system for one in await WorkerBreakers(pool).all() if one.told_at >= since for system in _held_back(one)
    )
    return [
        warning(DoctorFinding.BREAKERS_OPEN, system=system_name(system), processes=count)
        for system, count in counts.items()
    ] or [ok(DoctorFinding.BREAKERS_CLOSED)]


def _held_back(one: BreakersOfWorker) -> Iterator[str]:
    """Each system once: a process has a breaker for the quick calls and one for the patient ones."""
    yield from {system for of in one.breakers.values() for system, state in of.items() if state != BreakerState.CLOSED}
