"""Tells the national interconnection software how its applications stand: each status once, in order.

A status that cannot be told is set aside, and the later ones of its application wait behind it. The relay sends it
again by itself where a later try may succeed, and otherwise when an operator has ordered it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import structlog

from activities.adapters.errors import OutsideError
from activities.adapters.interconnection import Interconnection, InterconnectionStatus, StatusPost
from activities.ledger.feed import FeedReader
from activities.ledger.interconnected import HeldStatus, applications_of, held_statuses
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.relays.again import Again
from activities.relays.one_at_a_time import NotNow
from activities.relays.set_aside import SetAsideList
from activities.relays.tries import NO_ANSWER, Tries
from domain.dossier.events import (
    AnyEvent,
    ChildGivenUp,
    DossierAccepted,
    DossierRefused,
    DossierResolved,
    DossierRouted,
    DossierStopped,
    DossierSubmitted,
    DossierWithdrawn,
    HandoverSent,
    ResultReturned,
    SupplementRequested,
)
from domain.dossier.state import Dossier
from domain.errors import DomainError
from domain.record.restores import marked
from domain.record.sealing import RecordedEvent

log = structlog.get_logger(__name__)

RELAY = FeedReader.INTERCONNECTION
BEHIND = "behind_set_aside"
"""The code of a status that waits behind an earlier one of its application."""
NO_ADDRESS = "no_interconnection_address"
"""Why the relay waits where an application has come and the province has no address of the software any more."""
MOST_AT_ONCE = 500
PASSING = ("not_updated", "soap_fault", "server_error", "no_success", "another_page", "unknown_reply", "no_effect")
"""The answers after which a status may be taken later."""


class InterconnectionRelay:
    """Sends the events of the relay `interconnection` on. `software` None: the province has no address of it."""

    def __init__(
        self, software: Interconnection | None, pool: Pool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._software = software
        self._pool = pool
        self._reader = LedgerReader(pool)
        self._aside = SetAsideList(pool)
        self._tries = Tries()
        self._pauses = Again(lambda code: code in PASSING or code.startswith(NO_ANSWER), clock)

    async def group(self, events: Sequence[RecordedEvent]) -> list[list[RecordedEvent]]:
        """The events that are a status of an application, those of one application together. Others are left out."""
        telling = [one for one in events if status_of(one.event) is not None]
        if not telling:
            return []
        applications = await applications_of(self._pool, {one.dossier for one in telling})
        found: dict[str, list[RecordedEvent]] = {}
        for one in telling:
            if application := applications.get(one.dossier):
                found.setdefault(application, []).append(one)
        return list(found.values())

    async def hand(self, events: list[RecordedEvent]) -> None:
        """Tells the statuses of one application in order. What is not taken is set aside, with all that follow.

        Raises OutsideError while the software gives no answer, so that the relay waits with everything.
        """
        application = (await applications_of(self._pool, [events[0].dossier]))[events[0].dossier]
        held = [one for whose, one in await held_statuses(self._pool, RELAY, MOST_AT_ONCE) if whose == application]
        listed = {(one.dossier, one.version) for one in held}
        since = min((one.place for one in held), default=None)
        for one in events:
            if (one.dossier, one.version) in listed:
                continue
            if since is not None and (one.xid, one.position) > since:
                await self._aside.put(RELAY, one.dossier, one.version, BEHIND)
            elif not await self._told(application, one):
                since = (one.xid, one.position)

    async def again(self) -> None:
        """Sends what was set aside and is due, the oldest first. An application stops at the first that is not."""
        if self._pauses.looked_lately():
            return
        stopped: set[str] = set()
        for application, entry in await held_statuses(self._pool, RELAY, MOST_AT_ONCE):
            if application in stopped:
                continue
            if not self._due(entry) or not await self._sent_again(application, entry):
                stopped.add(application)

    def _due(self, entry: HeldStatus) -> bool:
        """Whether an entry may be sent: ordered, or waiting behind one that is gone, or of a kind that passes."""
        return entry.code == BEHIND or self._pauses.is_due(entry, (entry.dossier, entry.version))

    async def _sent_again(self, application: str, entry: HeldStatus) -> bool:
        key = (entry.dossier, entry.version)
        self._pauses.tried(key)
        try:
            [one] = await self._reader.history(entry.dossier, entry.version - 1, 1)
        except DomainError as unreadable:  # an event that this release cannot read was ordered again
            await self._aside.put(RELAY, *key, unreadable.code)
            return False
        if not await self._told(application, one, last_try=True):
            return False
        await self._aside.sent(RELAY, *key)
        self._pauses.sent(key)
        return True

    async def _told(self, application: str, one: RecordedEvent, *, last_try: bool = False) -> bool:
        """Whether the software took the status; if not, it is set aside. Raises OutsideError to try it again soon."""
        if self._software is None:
            raise NotNow(NO_ADDRESS)
        row = await self._reader.dossier(one.dossier)
        if row is None:
            return True
        key = (one.dossier, one.version)
        try:
            await self._software.tell(post_of(application, one, dossier_in(row)))
        except OutsideError as failed:
            code = failed.reason or str(failed.code)
            if failed.retryable and self._tries.another(key, answered=not code.startswith(NO_ANSWER), last=last_try):
                raise
            log.error("status_not_taken", dossier=one.dossier, version=one.version, code=code)
            await self._aside.put(RELAY, *key, code)
            return False
        self._tries.succeeded(key)
        return True


def status_of(event: AnyEvent, *, part: bool = False) -> tuple[InterconnectionStatus, str] | None:
    """The status that an event means for the software, with a sentence; None: it is told nothing.

    `part`: the event is of one part of the application, which began with the intake of the whole.
    """
    what = "Thủ tục" if part else "Hồ sơ"
    match event:
        case DossierSubmitted():
            return InterconnectionStatus.ARRIVED, f"Đã nhận {what.lower()}."
        case SupplementRequested():
            return InterconnectionStatus.SUPPLEMENT, f"Cần bổ sung {len(event.documents)} giấy tờ."
        case DossierAccepted():
            return InterconnectionStatus.ACCEPTED, f"{what} đã được tiếp nhận."
        case HandoverSent() | DossierRouted(crossing=True, competent=str()):
            return InterconnectionStatus.SENT_ON, f"{what} đã được chuyển tới cơ quan giải quyết."
        case DossierResolved():
            return InterconnectionStatus.RESULT, "Đã có kết quả."
        case ResultReturned():
            return InterconnectionStatus.RETURNED, "Đã trả kết quả."
        case DossierRefused() | DossierStopped() | DossierWithdrawn() | ChildGivenUp():
            return InterconnectionStatus.REFUSED, _why_ended(event, part=part)
        case _:
            return None


def _why_ended(event: DossierRefused | DossierStopped | DossierWithdrawn | ChildGivenUp, *, part: bool) -> str:
    match event:
        case DossierRefused():
            return "Cơ quan giải quyết từ chối thủ tục này." if part else "Hồ sơ không được tiếp nhận."
        case DossierStopped():
            return f"{'Thủ tục' if part else 'Hồ sơ'} dừng xử lý."
        case DossierWithdrawn():
            return "Người nộp đã rút hồ sơ."
        case ChildGivenUp():
            return "Không giải quyết nữa, vì thủ tục trước không có kết quả."


def post_of(application: str, one: RecordedEvent, dossier: Dossier) -> StatusPost:
    """The status as it is sent. The key is the event's, so a repetition is recognised."""
    parent, event = dossier.intake.parent, one.event
    told = status_of(event, part=parent is not None)
    assert told is not None, "`group` leaves the other events out"
    part = None if parent is None else dossier.intake.procedure
    if isinstance(event, ChildGivenUp):
        part = next(child.procedure for child in dossier.children if child.child == event.child)
    return StatusPost(
        key=marked(f"{one.dossier}.v{one.version}", one.xid, "."),
        application=application,
        dossier=one.dossier if parent is None else parent.dossier,
        part=part,
        status=told[0],
        at=one.at,
        unit=dossier.routing.competent or dossier.routing.received_by,
        note=told[1],
    )
