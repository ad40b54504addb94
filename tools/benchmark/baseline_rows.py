"""Writes the file of the rows that baseline and peers copy: those of one dossier of the engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from activities.ledger.reading import LedgerReader
from activities.province.atomic_files import write_whole
from domain.canonical_json import canonical
from domain.record.sealing import envelope, with_origin


async def write_template(reader: LedgerReader, code: str, key: str, file: Path) -> bool:
    """Writes to `file` the rows of one dossier of the engine by command. Baseline and peers write copies of them.

    `code` and `key` (its code in an older system) are replaced in each copy. Returns False, and writes nothing, when
    the dossier did not do exactly what a standard dossier does: on a slow machine it may end before its warning is due.
    """
    row = await reader.dossier(code)
    assert row is not None
    view = json.dumps({**json.loads(row.model_dump_json()), "work": []}, ensure_ascii=False)
    by_command: dict[Any, list[Any]] = {}
    for event in await reader.history(code):
        by_command.setdefault(event.command_id, []).append(event)
    names = [_COMMAND_BY_FIRST_EVENT.get(events[0].kind, "") for events in by_command.values()]
    if sorted(names) != sorted(_COMMAND_BY_FIRST_EVENT.values()):
        return False
    rows = ([[_row(event) for event in events], view] for events in by_command.values())
    commands = dict(zip(names, rows, strict=True))
    template = json.dumps({"own": [code, key], "commands": commands}, ensure_ascii=False)
    write_whole(file, template)  # the worker waits for the file, and must never see a part of it
    return True


_COMMAND_BY_FIRST_EVENT = {
    "dossier_submitted": "submit",
    "dossier_accepted": "accept",
    "payment_order_created": "order_created",
    "identity_verified": "identity_verified",
    "payment_check_asked": "check_asked",
    "payment_confirmed": "payment_confirmed",
    "processing_started": "step",
    "deadline_warned": "warned",
    "signature_requested": "sign",
    "result_signed": "signed",
    "result_sealed": "resolved",
    "result_registered": "registered",
    "result_returned": "return_result",
}


def _row(event: Any) -> str:
    body = event.event.model_dump(mode="json", exclude={"kind"})
    row = envelope(
        dossier=event.dossier,
        version=event.version,
        command_id=event.command_id,
        kind=event.kind,
        schema=event.schema_version,
        at=event.at,
        person=event.actor.person,
        role=event.actor.role.value,
        unit=event.actor.unit,
        body=body,
    )
    return canonical(with_origin(row, None, None)).decode()
