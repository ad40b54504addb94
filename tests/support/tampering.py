"""Changes that the owner of the server can make: every table, with all hashes computed again."""

from __future__ import annotations

import json

from activities.ledger.pool import Connection
from activities.ledger.rows import SEALED_COLUMNS, SEALED_EVENTS, sealings_of
from activities.ledger.verification.declared import declared
from domain.record.sealing import GENESIS, chain


async def as_owner_of_the_server(superuser: Connection, *statements: str) -> None:
    """Runs the statements with all guards switched off."""
    async with superuser.transaction():
        await superuser.execute("set local session_replication_role = replica")
        for table, trigger in declared().before:
            await superuser.execute(f"alter table {table} disable trigger {trigger}")
        for statement in statements:
            done = await superuser.execute(statement)
            assert done not in ("UPDATE 0", "DELETE 0"), statement
        for table, trigger in declared().before:
            await superuser.execute(f"alter table {table} enable always trigger {trigger}")


async def reseal(superuser: Connection, dossier: str, *, as_release_0_1: bool = False) -> None:
    """Computes the whole chain of a dossier again, so that it verifies."""
    rows = await superuser.fetch(
        f"select {SEALED_COLUMNS} from {SEALED_EVENTS} where dossier = $1 order by version",  # noqa: S608  our own
        dossier,
    )
    seal, statements = GENESIS, []
    for row in rows:
        today, before = sealings_of({**row, "body": json.loads(row["body"])})
        seal = chain(seal, before if as_release_0_1 else today)
        place = f"dossier = '{dossier}' and version = {row['version']}"
        statements.append(f"update event set hash = '\\x{seal.hex()}' where {place}")  # noqa: S608
    await as_owner_of_the_server(superuser, *statements)


async def remove_everywhere(superuser: Connection, dossier: str) -> None:
    """Removes a dossier from every table: events, commands and all other rows."""
    await as_owner_of_the_server(
        superuser,
        *(
            f"delete from {table} where {column} = '{dossier}'"  # noqa: S608
            for table, column in (
                ("event", "dossier"), ("command", "dossier"), ("dossier", "code"), ("work_item", "dossier"),
                ("dossier_code", "code"), ("vault.reference", "dossier"), ("vault.personal", "dossier"),
            )
        ),
    )  # fmt: skip
