"""Compares the ledger with its checkpoints and reports every event that differs from what was signed.

The log is read line by line, and the feed in the same portions, so only one portion of each is in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from activities.ledger.checkpoints.checkpointer import EVERY
from activities.ledger.checkpoints.keys import PublicKey
from activities.ledger.checkpoints.log import CheckpointLog
from activities.ledger.checkpoints.registers import FIRST, differences, registered
from activities.ledger.integrity_report import Compared, Finding, finding
from activities.ledger.pool import Connection
from activities.ledger.rows import Row
from domain.errors import InvalidInput, NotFound
from domain.messages.checkpoints import CheckpointFinding, CheckpointRefusal
from domain.record.checkpoint import Anchor, AnchoredEvent, Checkpoint, Place, checkpoint_in, digest_of, peaks_of
from domain.record.merkle import Peaks, is_consistent, leaf_hash
from domain.values import VIETNAM

GRACE = timedelta(minutes=10)
"""How much later than `EVERY` a checkpoint may be: a worker may just have started, a disk may be slow."""

PORTION = """
select dossier, version, hash from event
where (xid, position) > ($1, $2) and (xid, position) <= ($3, $4) order by xid, position
"""
MADE = "select at, size, root from checkpoint_made order by at"
ELSEWHERE = """
select event.dossier, event.version, hash
from unnest($1::text[], $2::int[]) as wanted(dossier, version)
join event on event.dossier = wanted.dossier and event.version = wanted.version
"""
WAITING = """
select count(*) as events, min(at) as since from event
where (xid, position) > ($1, $2) and xid < (select oldest_open_transaction())
"""

Key = tuple[str, int]


async def compare(
    db: Connection, log: CheckpointLog, key: PublicKey, now: datetime
) -> tuple[Compared, tuple[Finding, ...]]:
    """The result of the comparison, and every difference in order.

    `db` is inside a transaction that sees one moment. Raises NotFound (`no_checkpoint`) when the log is empty: a ledger
    without checkpoints was not compared.
    """
    comparison = _Comparison(db, key)
    for anchor in log.anchors():
        await comparison.add(anchor)
    comparison.problems += comparison.lost(await db.fetch(MADE))
    waiting = await db.fetchrow(WAITING, comparison.until.xid, comparison.until.position)
    if comparison.last is None and not comparison.problems:
        raise NotFound(CheckpointRefusal.NO_CHECKPOINT, folder=log.folder)
    if waiting["events"] and comparison.last is not None and now - comparison.last.at > EVERY + GRACE:
        due = comparison.last.at + EVERY
        comparison.problems.append(
            finding(
                CheckpointFinding.CHECKPOINT_OVERDUE,
                expected=f"≤ {due.isoformat(timespec='minutes')}",
                found=waiting["events"],
            )
        )
    compared = Compared(
        checkpoints=comparison.checkpoints,
        anchored=comparison.last.size if comparison.last else 0,
        last_at=comparison.last.at if comparison.last else None,
        waiting=waiting["events"],
        waiting_since=waiting["since"],
    )
    return compared, tuple(comparison.problems)


@dataclass
class _Comparison:
    """The state of the comparison. `tree` is the tree of the log; None when its roots do not agree with it."""

    db: Connection
    key: PublicKey
    checkpoints: int = 0
    signed: list[tuple[datetime, int, str]] = field(default_factory=list)
    tree: Peaks | None = field(default_factory=Peaks)
    last: Checkpoint | None = None
    until: Place = field(default_factory=Place)
    problems: list[Finding] = field(default_factory=list)

    async def add(self, anchor: Anchor) -> None:
        """Checks one checkpoint: its signature, its place in the log, its tree, and its portion of the feed."""
        checkpoint = self._signed(anchor)
        if checkpoint is None:
            return
        between = _between(self.last, checkpoint)
        rows = await self.db.fetch(
            PORTION, self.until.xid, self.until.position, anchor.until.xid, anchor.until.position
        )
        if self._continues(anchor, checkpoint, between):
            listed = self._listed(anchor, checkpoint, rows, between)
        else:
            listed = anchor.events
            self.tree = peaks_of(anchor, checkpoint.size) if _holds(anchor, checkpoint) else None
        await self._compare(listed, rows, between)
        await self._compare_registers(anchor, checkpoint, between)
        self.checkpoints += 1
        self.signed.append((checkpoint.at, checkpoint.size, checkpoint.root))
        self.last, self.until = checkpoint, anchor.until

    def lost(self, made: Sequence[Row]) -> list[Finding]:
        """Checkpoints that the database has recorded and that are missing in the log, or differ there.

        Checkpoints from before the log's first line belong to a log that was set aside after a restore.
        """
        there = set(self.signed)
        begins = min((at for at, _, _ in self.signed), default=None)
        if begins is None:
            return []  # no line of the log has a valid signature, which is reported already
        return [
            finding(
                CheckpointFinding.CHECKPOINT_LOST, table="checkpoint_made", expected=_made(row), found=_named(self.last)
            )
            for row in made
            if (row["at"], row["size"], row["root"]) not in there and row["at"] >= begins
        ]

    def _signed(self, anchor: Anchor) -> Checkpoint | None:
        text = self.key.text_signed(anchor.note)
        try:
            checkpoint = checkpoint_in(anchor.note)
        except InvalidInput:
            checkpoint = None
        if text is None or checkpoint is None or checkpoint.origin != self.key.name:
            between = None if checkpoint is None else _between(self.last, checkpoint)
            self.problems.append(
                finding(CheckpointFinding.CHECKPOINT_SIGNATURE_WRONG, checkpoints=between, expected=self.key)
            )
            return None
        return checkpoint

    def _continues(self, anchor: Anchor, checkpoint: Checkpoint, between: str) -> bool:
        """True when this checkpoint follows the one before: no gap between the sizes, and a valid consistency proof."""
        size, root = (self.last.size, self.last.root) if self.last else (0, Peaks().root().hex())
        begins_at = checkpoint.size - len(anchor.events)
        if begins_at != size:
            self.problems.append(
                finding(CheckpointFinding.CHECKPOINT_GAP, checkpoints=between, expected=size, found=begins_at)
            )
            return False
        proof = [bytes.fromhex(one) for one in anchor.proof]
        if not is_consistent(size, bytes.fromhex(root), checkpoint.size, bytes.fromhex(checkpoint.root), proof):
            self.problems.append(finding(CheckpointFinding.CHECKPOINT_INCONSISTENT, checkpoints=between))
            return False
        return True

    def _listed(
        self, anchor: Anchor, checkpoint: Checkpoint, rows: Sequence[Row], between: str
    ) -> Sequence[AnchoredEvent]:
        """The events that were signed: those in the log, or the ledger's own when the list in the log was altered."""
        if self.tree is None:
            return anchor.events
        grown = _grown(self.tree, [bytes.fromhex(event.seal) for event in anchor.events])
        if grown.root().hex() == checkpoint.root:
            self.tree = grown
            return anchor.events
        grown = _grown(self.tree, [row["hash"] for row in rows])
        if grown.root().hex() == checkpoint.root:
            self.problems.append(finding(CheckpointFinding.CHECKPOINT_LIST_ALTERED, checkpoints=between))
            self.tree = grown
            return [
                AnchoredEvent(dossier=row["dossier"], version=row["version"], seal=row["hash"].hex()) for row in rows
            ]
        self.problems.append(
            finding(
                CheckpointFinding.CHECKPOINT_ROOT_DIFFERS,
                checkpoints=between,
                expected=checkpoint.root,
                found=grown.root().hex(),
            )
        )
        self.tree = peaks_of(anchor, checkpoint.size) if _holds(anchor, checkpoint) else None
        return anchor.events

    async def _compare(self, listed: Sequence[AnchoredEvent], rows: Sequence[Row], between: str) -> None:
        """Compares the signed events with the ledger's rows of the same portion of the feed."""
        there = [(row["dossier"], row["version"]) for row in rows]
        if [(event.dossier, event.version, event.seal) for event in listed] == [
            (*place, row["hash"].hex()) for place, row in zip(there, rows, strict=True)
        ]:
            return
        seals = {place: row["hash"].hex() for place, row in zip(there, rows, strict=True)}
        wanted = {(event.dossier, event.version): event.seal for event in listed}
        moved = await self._elsewhere([place for place in wanted if place not in seals])
        for (dossier, version), seal in wanted.items():
            place = (dossier, version)
            self._judge(place, seal, seals.get(place, moved.get(place)), between, moved=place in moved)
        for dossier, version in seals.keys() - wanted.keys():
            self.problems.append(
                finding(CheckpointFinding.EVENT_NOT_ANCHORED, dossier, version, table="event", checkpoints=between)
            )
        self._judge_order(
            [place for place in wanted if place in seals], [place for place in there if place in wanted], between
        )

    async def _compare_registers(self, anchor: Anchor, checkpoint: Checkpoint, between: str) -> None:
        """Compares the rows of the registers. Checkpoints of earlier releases have none."""
        before, now = self.last.registers if self.last else None, checkpoint.registers
        if now is None:
            return
        if digest_of(before, anchor.rows) != now.digest:
            self.problems.append(finding(CheckpointFinding.CHECKPOINT_ROWS_ALTERED, checkpoints=between))
            return
        there = await registered(self.db, before.until if before else FIRST, now.until)
        self.problems += differences(anchor.rows, there, between)

    def _judge(self, place: Key, seal: str, found: str | None, between: str, *, moved: bool) -> None:
        if found is None:
            code = CheckpointFinding.ANCHORED_EVENT_MISSING
        elif found != seal:
            code = CheckpointFinding.ANCHORED_EVENT_ALTERED
        elif moved:
            code = CheckpointFinding.ANCHORED_ORDER_DIFFERS
        else:
            return
        self.problems.append(finding(code, *place, table="event", checkpoints=between, expected=seal, found=found))

    def _judge_order(self, wanted: list[Key], there: list[Key], between: str) -> None:
        """Reports the first event of a portion that is not at its place."""
        for expected, found in zip(wanted, there, strict=True):
            if expected != found:
                self.problems.append(
                    finding(
                        CheckpointFinding.ANCHORED_ORDER_DIFFERS,
                        *found,
                        table="event",
                        checkpoints=between,
                        expected="{} {}".format(*expected),
                        found="{} {}".format(*found),
                    )
                )
                return

    async def _elsewhere(self, places: list[Key]) -> dict[Key, str]:
        if not places:
            return {}
        dossiers, versions = zip(*places, strict=True)
        rows = await self.db.fetch(ELSEWHERE, list(dossiers), list(versions))
        return {(row["dossier"], row["version"]): row["hash"].hex() for row in rows}


def _grown(tree: Peaks, seals: Sequence[bytes]) -> Peaks:
    for seal in seals:
        tree = tree.adding(leaf_hash(seal))
    return tree


def _holds(anchor: Anchor, checkpoint: Checkpoint) -> bool:
    """True when the peaks of a checkpoint give the signed root, so that the comparison can go on from them."""
    peaks = peaks_of(anchor, checkpoint.size)
    return len(peaks.roots) == checkpoint.size.bit_count() and peaks.root().hex() == checkpoint.root


def _between(before: Checkpoint | None, after: Checkpoint) -> str:
    """Two checkpoints for people: `120 (2025-07-01T08:00+07:00) – 180 (…)`."""
    return f"{_named(before)} – {_named(after)}"


def _made(row: Row) -> str:
    return f"{row['size']} ({row['at'].astimezone(VIETNAM).isoformat(timespec='minutes')})"


def _named(checkpoint: Checkpoint | None) -> str:
    if checkpoint is None:
        return "0"
    return f"{checkpoint.size} ({checkpoint.at.astimezone(VIETNAM).isoformat(timespec='minutes')})"
