"""Reports each dossier to the National Public Service Portal: many in one call, each in the order of its events.

What is told of a dossier is its whole present state, so a later message makes up for every earlier one. A dossier that
the portal refuses is set aside with the portal's own code, under the version of the first event that is not told. Its
later events wait for that entry: when an operator has ordered it again, or `AGAIN_AFTER` has passed where a later try
may succeed, the newest whole state is sent, with all steps since. The others go on.
"""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import structlog

from activities.adapters.errors import OutsideError
from activities.adapters.portal import Found, Portal
from activities.ledger.feed import Cursor, FeedBatch, FeedReader
from activities.ledger.pool import Pool
from activities.ledger.vault import Vault
from activities.relays.again import Again
from activities.relays.one_at_a_time import NotNow
from activities.relays.portal_differences import is_shown
from activities.relays.portal_doubts import PortalDoubts
from activities.relays.portal_facts import PortalFacts, Telling
from activities.relays.portal_lists import MOST_ROWS, Failed, PortalLists, code_of, looks
from activities.relays.relay import FeedRelay, refusal_of
from activities.relays.set_aside import SetAside, SetAsideList
from activities.relays.tries import Tries
from domain.errors import DomainError
from domain.messages.record import RecordRefusal
from domain.record.sealing import RecordedEvent
from domain.rules.rulebook import Rulebook

log = structlog.get_logger(__name__)

RELAY = FeedReader.PORTAL
MOST_AGAIN = 200
PASSING = ("outside_", "http_", "not_connected", "broken_off", "no_free_place", "no_effect", "field.", "error_")
"""How the codes begin after which a dossier may be taken later; `error_` unless it is one of the final errors."""


class PortalRelay(FeedRelay):
    """Sends the events of the relay `portal` on. `rules` returns the rules that this process knows now."""

    def __init__(
        self,
        portal: Portal,
        pool: Pool,
        vault: Vault,
        rules: Callable[[], Rulebook],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(RELAY, pool, Again(self._passes, clock))
        self._portal = portal
        self._facts = PortalFacts(self._ledger, vault, rules)
        self._doubts = PortalDoubts(pool, self.held, lambda: portal.late_after)
        self._tries = Tries()
        self._size = MOST_ROWS
        self._told_until: Cursor | None = None

    async def deliver(self, batch: FeedBatch) -> None:
        """Sends the present state of each dossier and its completed steps. Raises while the portal is waited for.

        A batch that does not follow on the last one of this relay may have been sent before, by a process that died or
        lost its place: then each dossier is looked up first.
        """
        doubtful, self._told_until = batch.read_from != self._told_until, None
        groups: dict[str, list[RecordedEvent]] = defaultdict(list)
        for event in batch.events:
            groups[event.dossier].append(event)
        for entry in await self._entries(list(groups)):
            groups.pop(entry.dossier, None)
        found = await self._facts.tell(groups)
        await self._mistakes(found, {code: events[0].version for code, events in groups.items()})
        told = [one for one in found.values() if isinstance(one, Telling)]
        lists = await self._sent(told, doubtful=doubtful)
        failed = [(one, lists.failed[one.dossier]) for one in told if one.dossier in lists.failed]
        waiting = [why for one, why in failed if not await self._judged(one, why)]
        if waiting:
            raise NotNow(waiting[0].reason)
        self._told_until = batch.cursor

    async def first(self) -> None:
        """Looks at what is in doubt and can be looked at; sends what was set aside and is due."""
        if self.again.looked_lately():
            return
        if taken := await self._doubts.take_due(MOST_ROWS):
            try:
                await self._doubts.drop({code: taken[code] for code in await self._cleared(list(taken))})
            except OutsideError as failed:  # they are due again later; whether the others can be told, their list shows
                log.warning("portal_doubts_wait", dossiers=len(taken), code=code_of(failed))
        if due := await self._due():
            await self._told_again(due)

    async def _cleared(self, codes: Sequence[str]) -> set[str]:
        """Those of these dossiers, each in doubt, that are so no more: the portal shows the newest state, or it was
        sent now. One that is set aside is sent with the newest state anyway."""
        held_back = {entry.dossier for entry in await self._entries(codes)}
        told = await self._facts.newest([code for code in codes if code not in held_back])
        there = await looks(self._portal, [one.dossier for one in told.values() if isinstance(one, Telling)])
        differ = [
            one
            for one in told.values()
            if isinstance(one, Telling)
            and isinstance(found := there[one.dossier], Found)
            and not (found.exists and is_shown(one.record, found.fields))
        ]
        for one in differ:
            log.warning("portal_shows_another_state", dossier=one.dossier, version=one.version)
        lists = await self._sent(differ, doubtful=True, occasion=uuid.uuid4().hex)
        unknown = {code for code, found in there.items() if isinstance(found, OutsideError)}
        unknown |= {code for code, one in told.items() if isinstance(one, Exception)}
        for one in differ:
            if (failed := lists.failed.get(one.dossier)) is None:
                continue
            if failed.final:
                await self.put_aside(one.dossier, one.since, failed.reason)
            else:
                unknown.add(one.dossier)
        return set(codes) - unknown

    async def _told_again(self, due: Mapping[str, Sequence[SetAside]]) -> None:
        """Sends dossiers that were set aside: the newest state, with all steps since."""
        since = {code: min(entry.version for entry in entries) for code, entries in due.items()}
        events = await self._events(since)
        found = await self._facts.tell({code: some for code, some in events.items() if some})
        orders = [str(entry.again_at or "") for entries in due.values() for entry in entries]
        for code in due:
            self.again.tried(code)
        told = [one for one in found.values() if isinstance(one, Telling)]
        lists = await self._sent(told, doubtful=True, occasion=max(orders))
        await self._mistakes(found, since)
        for one in told:
            await self._sent_again(one.dossier, due[one.dossier], lists.failed.get(one.dossier))
        for code in events.keys() - found.keys():  # a part of an interconnected dossier
            await self._sent_again(code, due[code], None)

    async def _sent_again(self, code: str, entries: Sequence[SetAside], failed: Failed | None) -> None:
        if failed is not None:
            await self.put_aside(code, entries[0].version, failed.reason)
            return
        for entry in entries:  # later events of the dossier have waited for it: nobody else may have passed them over
            await SetAsideList(self.held()).sent(RELAY, code, entry.version)
        self.again.sent(code)

    async def _due(self) -> dict[str, list[SetAside]]:
        """The entries that may be sent now, by dossier: ordered, or of a kind that passes and not tried lately."""
        ordered = await self._aside.ordered_again(RELAY, MOST_AGAIN)
        due_now = [one for one in await self._aside.open(RELAY) if self.again.is_due(one, one.dossier)]
        codes = list(dict.fromkeys(one.dossier for one in [*ordered, *due_now]))[:MOST_AGAIN]
        due: dict[str, list[SetAside]] = defaultdict(list)
        for entry in await self._aside.of_dossiers(RELAY, codes) if codes else []:
            due[entry.dossier].append(entry)
        return due

    def _passes(self, code: str) -> bool:
        return code.startswith(PASSING) and not self._portal.is_final(code)

    async def _events(self, since: Mapping[str, int]) -> dict[str, list[RecordedEvent]]:
        """The events of each dossier from a version on. One that cannot be read is set aside anew."""
        found: dict[str, list[RecordedEvent]] = {}
        for code, version in since.items():
            try:
                found[code] = await self._ledger.history(code, version - 1)
            except DomainError as unreadable:
                if refusal_of(unreadable) is None:
                    raise
                await self.put_aside(code, version, unreadable.code)
        return found

    async def _entries(self, dossiers: Sequence[str]) -> list[SetAside]:
        """The open entries of these dossiers that hold them back: an event that nobody can read does not."""
        entries = await self._aside.of_dossiers(RELAY, dossiers)
        return [one for one in entries if one.code != RecordRefusal.EVENT_UNREADABLE]

    async def _sent(self, told: Sequence[Telling], *, doubtful: bool, occasion: str = "") -> PortalLists:
        lists = PortalLists(self._portal, self._doubts, self._size, occasion)
        try:
            await lists.send(told, doubtful=doubtful)
        except OutsideError:
            self._size = lists.size
            raise
        self._size = MOST_ROWS if not lists.failed else lists.size
        for one in told:
            if one.dossier in lists.taken and one.dossier not in lists.failed:
                self._tries.succeeded((one.dossier, one.since))
        return lists

    async def _judged(self, one: Telling, failed: Failed) -> bool:
        """Sets a dossier aside that the portal refuses, or has not taken for long. False: it is tried again soon."""
        if not failed.final and self._tries.another((one.dossier, one.since), answered=False, last=False):
            return False
        await self.put_aside(one.dossier, one.since, failed.reason)
        self.again.tried(one.dossier)
        return True

    async def _mistakes(self, found: Mapping[str, Telling | Exception], since: Mapping[str, int]) -> None:
        """Sets aside the dossiers of which no record can be made."""
        for code, mistake in found.items():
            if isinstance(mistake, Exception):
                if (reason := refusal_of(mistake)) is None:
                    raise mistake
                await self.put_aside(code, since[code], reason)
