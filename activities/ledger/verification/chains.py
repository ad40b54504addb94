"""Checks the rows of one dossier: their seals, their versions, and their places in the feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from activities.ledger.integrity_report import Finding, finding
from activities.ledger.rows import Row, event_of, sealing_of, sealings_of
from domain.errors import InvalidInput
from domain.messages.findings import RecordFinding
from domain.record.sealing import GENESIS, RecordedEvent, chain


@dataclass(frozen=True)
class Chain:
    """The rows of a dossier in order, and the events among them that are valid."""

    rows: list[Row]
    events: list[RecordedEvent]

    @property
    def dossier(self) -> str:
        """The code of the dossier."""
        return str(self.rows[0]["dossier"])

    @property
    def version(self) -> int:
        """The last version of the dossier."""
        return int(self.rows[-1]["version"])

    @property
    def whole(self) -> bool:
        """True when every event from the first to the last is valid."""
        return len(self.events) == self.version


def check_chain(rows: list[Row], before: Row | None = None) -> tuple[list[Finding], Chain]:
    """Returns the findings and the chain. `before`: the row before these; None when they begin the chain.

    After an altered row the check goes on from the stored seal, so one altered row gives one finding.
    """
    problems: list[Finding] = []
    readable: list[RecordedEvent] = []
    seal_before = GENESIS if before is None else before["hash"]
    for row in rows:
        number = 1 if before is None else before["version"] + 1
        if row["version"] != number:
            problems.append(_of(row, RecordFinding.VERSION_GAP, expected=number, found=row["version"]))
        elif sealing_of(seal_before, row) is None:
            problems.append(
                _of(row, RecordFinding.ROW_ALTERED, expected=_seal(seal_before, row), found=row["hash"].hex())
            )
        else:
            try:
                readable.append(event_of(row))
            except InvalidInput as unreadable:
                problems.append(_of(row, RecordFinding.EVENT_UNREADABLE, found=unreadable.message.en))
        if before is not None:
            problems += _out_of_order(before, row)
        seal_before, before = row["hash"], row
    return problems, Chain(rows, readable)


def _out_of_order(before: Row, row: Row) -> list[Finding]:
    """A finding when a row is not after the row before it in the feed, or is apart from the rows of its command."""
    earlier, later = (before["xid"], before["position"]), (row["xid"], row["position"])
    apart = before["command_id"] == row["command_id"] and before["xid"] != row["xid"]
    if earlier < later and not apart:
        return []
    wanted = f"xid {earlier[0]}" if apart else "> {} {}".format(*earlier)
    return [
        _of(row, RecordFinding.FEED_ORDER_BROKEN, column="xid, position", expected=wanted, found="{} {}".format(*later))
    ]


def _of(row: Row, code: RecordFinding, **facts: Any) -> Finding:
    return finding(code, row["dossier"], row["version"], table="event", **facts)


def _seal(previous: bytes, row: Row) -> str | None:
    """The seal that the row would have if it were written today; None when it could not be written."""
    try:
        return chain(previous, sealings_of(row)[0]).hex()
    except (InvalidInput, ValueError):
        return None
