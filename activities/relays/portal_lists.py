"""Sends what is told of many dossiers in few calls. A row that the portal refuses is found by halving its list."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from activities.adapters.errors import OutsideError
from activities.adapters.messages import OutsideCode
from activities.adapters.portal import Found, LookUp, Portal, RowRefused
from activities.adapters.portal_records import DossierRecord, ProgressLine
from activities.adapters.verdict import Verdict
from activities.relays.portal_doubts import HELD_BACK, NOT_SENT, PortalDoubts
from activities.relays.portal_facts import Telling
from domain.values import Value

MOST_ROWS = 50
MOST_BYTES = 400_000
"""Of the rows of one call. A single row may be larger."""
LOOKS_AT_ONCE = 4
READ_BACK = 20
"""One in so many rows of a call is read back, at least one of each call, and every dossier that has ended."""
OF_NO_ROW = NOT_SENT | {"http_429"}
"""Reasons of a call that did not reach the portal, or came too soon: no row of it can be the cause."""
SILENT = 3
"""So many rows in a row that are sent alone and get no answer mean that the portal does not answer at all."""

Row = TypeVar("Row", DossierRecord, ProgressLine)
Sent = Callable[[Sequence[Row]], Awaitable[tuple[RowRefused, ...]]]


class Failed(Value):
    """Why the portal did not take what was told of a dossier. `final`: it refuses the same again."""

    reason: str
    final: bool


class PortalLists:
    """One turn of the relay. `failed` and `taken` tell what came of it, by dossier.

    `occasion` makes the keys of what is sent again on purpose differ from those of the first time.
    """

    def __init__(self, portal: Portal, doubts: PortalDoubts, size: int, occasion: str = "") -> None:
        self._portal = portal
        self._doubts = doubts
        self._silent = 0
        self._occasion = occasion
        self._keys: dict[str, str] = {}
        self.size = size
        """Rows of a call. Smaller after a list that got no answer, as a row in it may be the cause."""
        self.failed: dict[str, Failed] = {}
        self.taken: set[str] = set()

    async def send(self, told: Sequence[Telling], *, doubtful: bool) -> None:
        """Creates or updates these dossiers, reports their steps, and reads some of them back.

        `doubtful`: an earlier try may have had an effect, so each dossier is looked up. Raises OutsideError while the
        portal does not answer; then all of it has to be sent again.
        """
        self._keys = {one.dossier: one.key for one in told}
        known = {one.dossier: not one.new for one in told}
        if doubtful:
            known = await self._looked_up(list(known))
        records = {one.dossier: one.record for one in told}
        for updating in (False, True):
            mine = [records[code] for code, there in known.items() if there is updating]
            for part in lists_of(mine, self.size):
                await self._synchronised(part, updating=updating, looked=doubtful)
        taken = [one for one in told if one.dossier not in self.failed]
        for lines in lists_of([line for one in taken for line in one.lines], self.size):
            await self._halved(lines, self._reported)
        if self._portal.reads_back:
            await self._read_back([one for one in taken if one.dossier not in self.failed])

    async def _synchronised(self, part: Sequence[DossierRecord], *, updating: bool, looked: bool) -> None:
        """Sends one list. If a row may be refused because the portal has it, or has it not, it is looked up once."""

        async def sent(rows: Sequence[DossierRecord]) -> tuple[RowRefused, ...]:
            key = self._key(rows)
            return await self._doubts.while_sending(
                [row.code for row in rows], lambda: self._portal.send(rows, updating=updating, key=key)
            )

        if looked:
            await self._halved(part, sent)
            return
        try:
            refused = await sent(part)
        except OutsideError as failed:
            if not _of_the_rows(failed):
                self._smaller(part, failed)
            refused = tuple(RowRefused(dossier=row.code, reason=failed.reason, verdict=Verdict.RETRY) for row in part)
        again = {one.dossier for one in refused}
        self._took(row for row in part if row.code not in again)
        known = await self._looked_up([row.code for row in part if row.code in again])
        for there in (False, True):
            if rows := [row for row in part if known.get(row.code) is there]:
                await self._synchronised(rows, updating=there, looked=True)

    async def _reported(self, lines: Sequence[ProgressLine]) -> tuple[RowRefused, ...]:
        codes, key = list(dict.fromkeys(line.code for line in lines)), self._key(lines)
        return await self._doubts.while_sending(codes, lambda: self._portal.report(lines, key=key))

    async def _halved(self, rows: Sequence[Row], sent: Sent[Row]) -> None:
        """Sends a list; if it is refused as a whole, sends its halves, down to the row that the refusal is about."""
        try:
            refused = {one.dossier: one for one in await sent(rows)}
        except OutsideError as failed:
            if not _of_the_rows(failed):
                self._smaller(rows, failed)
                self.failed[rows[0].code] = Failed(reason=code_of(failed), final=False)
            elif len(rows) == 1:
                self._fail(rows[0].code, code_of(failed), final=not failed.retryable)
            else:
                for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
                    await self._halved(half, sent)
            return
        for one in refused.values():
            self._fail(one.dossier, one.reason, final=one.verdict is not Verdict.RETRY)
        self._took(row for row in rows if row.code not in refused)

    def _smaller(self, rows: Sequence[Row], failed: OutsideError) -> None:
        """Raises the failure of a list that got no answer, unless it is one row while others got through."""
        if failed.code in HELD_BACK or failed.operation == "auth" or failed.reason in OF_NO_ROW:
            raise failed
        alone = self.size == 1
        self.size = max(1, self.size // 2)
        self._silent += 1
        if not alone or self._silent >= SILENT:
            raise failed

    def _took(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._silent = 0
            self.taken.add(row.code)

    def _fail(self, dossier: str, reason: str, *, final: bool) -> None:
        """An HTTP status is about our access rather than a row, so it is not final, however the row was refused."""
        self.failed[dossier] = Failed(reason=reason, final=final and not reason.startswith("http_"))

    async def _looked_up(self, codes: Sequence[str]) -> dict[str, bool]:
        """Which of these dossiers the portal has. One whose look-up it refuses has failed."""
        known: dict[str, bool] = {}
        for code, found in (await looks(self._portal, codes)).items():
            if isinstance(found, OutsideError):
                self._fail(code, code_of(found), final=not found.retryable)
            else:
                known[code] = found.exists
        return known

    def _key(self, rows: Sequence[Row]) -> str:
        """The same for the same rows of the same states: the portal may know a repetition by it."""
        kind = type(rows[0]).__name__ + self._occasion
        content = json.dumps([kind, *(self._keys[row.code] for row in rows)])
        return f"portal.{hashlib.sha256(content.encode()).hexdigest()[:32]}"

    async def _read_back(self, taken: Sequence[Telling]) -> None:
        """Success without effect: one in `READ_BACK` is looked at, and every dossier that has ended."""
        for place, one in enumerate(taken):
            looked_at = one.ended or place % READ_BACK == 0
            if looked_at and not await self._portal.has_state(one.dossier, one.record.state):
                self._fail(one.dossier, "no_effect", final=False)


def lists_of(rows: Sequence[Row], size: int, most_bytes: int = MOST_BYTES) -> Iterator[list[Row]]:
    """The rows in lists of at most `size` rows and, unless a row is larger, `most_bytes` bytes; in their order."""
    part: list[Row] = []
    room = most_bytes
    for row in rows:
        length = len(json.dumps(row.on_the_wire(), ensure_ascii=False).encode())
        if part and (len(part) >= size or length > room):
            yield part
            part, room = [], most_bytes
        part.append(row)
        room -= length
    if part:
        yield part


def _of_the_rows(failed: OutsideError) -> bool:
    """Whether the portal answered, and said something about what was sent."""
    return failed.code is OutsideCode.REFUSED and failed.operation != "auth"


def code_of(failed: OutsideError) -> str:
    """The portal's own code, or what happened to the call."""
    return failed.reason or str(failed.code)


async def looks(portal: Portal, codes: Sequence[str]) -> dict[str, Found | OutsideError]:
    """What the portal has of each of these dossiers, or how it refused to say so.

    Raises OutsideError when it does not answer. The first is asked alone: a breaker that tries the portal again lets
    one call through, and those beside it, which are refused at once, would end it with all others.
    """
    places = asyncio.Semaphore(LOOKS_AT_ONCE)

    async def look(code: str) -> Found | OutsideError:
        async with places:
            try:
                return await portal.look_up(LookUp(dossier=code))
            except OutsideError as failed:
                if _of_the_rows(failed):
                    return failed
                raise

    first = [await look(code) for code in codes[:1]]
    tasks = [asyncio.ensure_future(look(code)) for code in codes[1:]]
    try:
        return dict(zip(codes, [*first, *await asyncio.gather(*tasks)], strict=True))
    finally:
        for task in tasks:
            task.cancel()
