"""The registers beside the events to which rows are only added. A checkpoint signs a hash of each row.

They record who erased, restarted, ended, exported or ordered something and why, who let a relay begin again, which
rules were published, which codes were given, which builds of the worker had work, who was away and who stood in, and on
which servers the ledger was written. No event holds these facts, so nothing else in the database could prove them. A
migration must never change these columns.
"""

from __future__ import annotations

from collections.abc import Sequence

from activities.ledger.integrity_report import Finding, finding
from activities.ledger.pool import Connection
from domain.messages.checkpoints import CheckpointFinding
from domain.record.checkpoint import RegisteredRow

REGISTERS = {
    "rule": ("hash", "kind", "body", "published_at"),
    "dossier_code": ("code", "key", "fingerprint", "allocated_at"),
    "vault.erasure": ("commitment", "dossier", "who", "why", "at"),
    "dossier_restart": ("number", "dossier", "version", "who", "why", "found", "run", "at"),
    "rollout_act": ("number", "rollout", "act", "who", "why", "at"),
    "repair_plan": ("hash", "plan", "who", "why", "at"),
    "repair_approval": ("number", "plan", "who", "why", "at"),
    "feed_reader": ("reader", "since"),
    "relay_begun_again": ("number", "reader", "stood_xid", "stood_position", "passed", "who", "why", "at"),
    "webhook_order": ("number", "webhook", "act", "dossier", "who", "why", "at"),
    "workflow_ended": ("number", "workflow", "run", "found", "who", "why", "at"),
    "read_models_swapped": ("number", "who", "why", "dossiers", "differences", "at"),
    "officers_exported": ("number", "who", "why", "format", "wanted", "dossiers", "at"),
    "event_log_exported": ("number", "who", "format", "wanted", "dossiers", "at"),
    "incident_act": ("number", "incident", "act", "assigned_to", "who", "why", "at"),
    "leave_entry": (
        "number",
        "kind",
        "person",
        "receiver",
        "roles",
        "began",
        "ended",
        "ground",
        "withdraws",
        "who",
        "at",
    ),
    "assignment_order": ("id", "person", "dossiers", "who", "at"),
    "outside_order": ("number", "system", "act", "until", "who", "why", "at"),
    "document_sent": ("id", "dossier", "version", "purpose", "about", "sender", "receivers", "at"),
    "document_stage": ("number", "document", "organ", "stage", "said_at", "message", "at"),
    "release_build": ("build", "release", "revision", "migration", "at"),
    "release_act": ("number", "build", "act", "percent", "instead", "who", "why", "at"),
    "migration": ("file", "checksum", "applied_at"),
    "ledger_server": ("number", "server", "shift", "newest", "events", "cursors", "who", "why", "at"),
}
"""The columns that are signed, in this order. The first column is the name of the row."""

TIMES = {"said_at", "began", "ended", "until", "published_at", "allocated_at", "at", "since", "applied_at"}
FIRST = 1
"""Rows are signed from this transaction on. Rows of transaction 0 are older than the first checkpoint."""


def _select(register: str, columns: Sequence[str]) -> str:
    written = ", ".join(
        f"to_char({one} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')" if one in TIMES else f'"{one}"::text'
        for one in columns
    )
    return (
        f"select '{register}' as table, \"{columns[0]}\"::text as name, "  # noqa: S608  our own tables and columns
        f"encode(sha256(convert_to(jsonb_build_array({written})::text, 'UTF8')), 'hex') as digest "
        f"from {register} where xid >= $1 and xid < $2"
    )


ROWS = " union all ".join(_select(register, columns) for register, columns in REGISTERS.items()) + " order by 1, 2, 3"
OLDEST_OPEN = "select oldest_open_transaction()"
"""No row of an earlier transaction can appear later."""


async def registered(db: Connection, since: int, until: int) -> tuple[RegisteredRow, ...]:
    """The rows of the transactions from `since` up to and without `until`, in order of register and name."""
    if until <= since:
        return ()
    return tuple(RegisteredRow(**dict(row)) for row in await db.fetch(ROWS, since, until))


def differences(listed: Sequence[RegisteredRow], there: Sequence[RegisteredRow], checkpoints: str) -> list[Finding]:
    """The differences between the listed rows of a checkpoint and the database's rows of the same transactions."""
    gone, added = set(listed) - set(there), set(there) - set(listed)
    names = {(row.table, row.name) for row in gone} & {(row.table, row.name) for row in added}
    found = []
    for row in sorted(gone, key=str):
        altered = (row.table, row.name) in names
        code = CheckpointFinding.REGISTERED_ROW_ALTERED if altered else CheckpointFinding.REGISTERED_ROW_MISSING
        found.append(finding(code, table=row.table, checkpoints=checkpoints, expected=row.name))
    found += [
        finding(CheckpointFinding.REGISTERED_ROW_INVENTED, table=row.table, checkpoints=checkpoints, found=row.name)
        for row in sorted(added, key=str)
        if (row.table, row.name) not in names
    ]
    return found
