"""Fills a ledger with any number of dossiers, by SQL, from the rows of one that was really written.

The copies differ in their code, unit, procedure, persons and times. An ended dossier has every row of the sample; an
open one has those up to a command that is drawn for it. Everything is drawn from the dossier's number, so the same size
gives the same ledger. The hashes make no chain: such a ledger is for measuring, and `ledger verify` refuses it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import asyncpg
from pydantic import Field, model_validator

from activities.ledger.pool import Pool, open_pool
from activities.ledger.rows import SUMMARY_COLUMNS
from activities.ledger.servers import after_restore
from domain.dossier.view import DossierSummary
from domain.organisation.units import UnitLevel
from domain.rules.province import Province
from domain.values import Value
from tools.benchmark.rules import CODE, WARD
from tools.benchmark.sample_dossier import SampleDossier

KEY = "the-copies-are-made-from-this"
APART = 2_000
"""So many dossiers come in between two commands of one dossier: its rows lie apart, as in a ledger that grew."""
AT_ONCE = 20_000
OPEN_AT = {
    "dossier_submitted": 10,
    "payment_order_created": 10,
    "payment_confirmed": 15,
    "processing_started": 40,
    "step_completed": 15,
    "result_registered": 10,
}
"""How many of a hundred open dossiers stand after the command with this first event."""


class Size(Value):
    """How many dossiers a ledger gets, how many of them are open, and where: the codes of its units and procedures."""

    dossiers: Annotated[int, Field(ge=1)]
    open: Annotated[int, Field(ge=0)]
    units: Annotated[tuple[str, ...], Field(min_length=1)]
    procedures: Annotated[tuple[str, ...], Field(min_length=1)]
    open_at: dict[str, int] = OPEN_AT

    @model_validator(mode="after")
    def _some_may_be_open(self) -> Size:
        if self.open > self.dossiers:
            raise ValueError("more_open_than_there_are")
        return self

    @classmethod
    def of_province(cls, dossiers: int, open_ones: int, province: Province) -> Size:
        """Dossiers of today's communes and wards, of all procedures of the province."""
        communes = (UnitLevel.COMMUNE, UnitLevel.WARD)
        units = [unit.code for unit in province.organisation.units if unit.level in communes and unit.valid_to is None]
        procedures = dict.fromkeys(published.procedure.code for published in province.procedures)
        return cls(dossiers=dossiers, open=open_ones, units=tuple(units), procedures=tuple(procedures))


async def fill(admin_url: str, pool: Pool, size: Size) -> None:
    """Writes the sample through `pool`, as the application, and its copies as the owner of the tables."""
    sample = await SampleDossier.lived(pool, KEY)
    owner = await asyncpg.connect(admin_url)
    try:
        async with owner.transaction():
            await _draw(owner, sample, size)
            await _take(owner, sample)
            async with _without_indexes(owner):
                await owner.execute("alter table event disable trigger claim_numbers")  # NUMBERS copies them
                for first in range(1, size.dossiers + APART * len(sample.commands), AT_ONCE):
                    await owner.execute(EVENTS, first, first + AT_ONCE - 1)
                await owner.execute("alter table event enable always trigger claim_numbers")
                for statement in (COMMANDS, CODES, SEQUENCES, NUMBERS, PERSONAL, REFERENCES, VIEWS, WORK):
                    await owner.execute(statement)
        await owner.execute("vacuum (analyze)")
    finally:
        await owner.close()
    await _go_on_here(admin_url)


@asynccontextmanager
async def _without_indexes(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """Without the indexes of the large tables that stand for no constraint: building one at the end, from rows that are
    there, takes a fraction of the time of keeping it at each row."""
    indexes = await owner.fetch(INDEXES)
    for index in indexes:
        await owner.execute(f"drop index {index['name']}")
    yield
    await owner.execute("set local maintenance_work_mem = '256MB'")
    for index in indexes:
        await owner.execute(index["definition"])


async def _go_on_here(admin_url: str) -> None:
    """Numbers the next transactions above those of the copies, as for a ledger that was restored on another server."""
    pool = await open_pool(admin_url, 1)
    try:
        await after_restore(pool, "bench", "the copies have numbers that this server has not come to")
    finally:
        await pool.close()


async def _take(owner: asyncpg.Connection, sample: SampleDossier) -> None:
    """The sample in temporary tables, with its read models after each command, and functions that change its texts.

    Each text becomes a pattern once; a copy fills the pattern in.
    """
    await owner.execute(SAMPLE_TABLES)
    for command in sample.commands:
        view = command.view.model_dump_json()
        await owner.execute("insert into sample_view select (jsonb_populate_record(null::dossier, $1::jsonb)).*", view)
        await owner.execute(SAMPLE_WORK, command.view.version, view)
    applicant = await owner.fetchval("select commitment from vault.personal where dossier = $1", sample.code)
    own = {"code": sample.code, "applicant": applicant, "ward": WARD, "procedure": CODE}
    await owner.execute(RETOLD.format(**own))
    for table in ("command", "vault.personal", "vault.reference", "number_in_use"):
        await owner.execute(SAMPLE_ROWS.format(name=table.rpartition(".")[2], table=table, code=sample.code))
    await owner.execute(SAMPLE_EVENTS)
    await owner.execute(SAMPLE_TOLD)


async def _draw(owner: asyncpg.Connection, sample: SampleDossier, size: Size) -> None:
    after = {str(command.events[0].kind): command.view.version for command in sample.commands}
    stages = [after[kind] for kind, weight in size.open_at.items() for _ in range(weight)]
    ended = sample.commands[-1].view.version
    await owner.execute(DRAWN, size.dossiers, size.open, size.units, size.procedures, stages, ended)
    await owner.execute("create unique index on drawn (number); create index on drawn (version); analyze drawn")


INDEXES = """
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
where indrelid in ('event'::regclass, 'dossier'::regclass, 'work_item'::regclass, 'command'::regclass)
  and not exists (select from pg_constraint where conindid = indexrelid)
"""
SAMPLE_TABLES = """
create temporary table sample_view (like dossier);
create temporary table sample_work as select 0 as version, work_item.* from work_item with no data;
"""
SAMPLE_WORK = """
insert into sample_work
select $1, item.* from jsonb_populate_recordset(null::work_item, $2::text::jsonb -> 'work') item
"""
SAMPLE_ROWS = "create temporary table sample_{name} as select * from {table} where dossier = '{code}'"
SAMPLE_EVENTS = f"""
create temporary table sample_event as
select event.*, (dense_rank() over (order by first_version) - 1)::int as turn, 0 as behind,
       pg_temp.pattern(event.body::text) as told
from event join sample_command using (command_id);
update sample_event set behind = turn * {APART}
"""  # noqa: S608  our own number

SAMPLE_TOLD = """
create temporary table sample_told as
select version, pg_temp.pattern(snapshot::text) as snapshot, pg_temp.pattern(late_statutory_by::text) as late_statutory,
       pg_temp.pattern(late_promised_by::text) as late_promised
from sample_view
"""

DRAWN = """
create temporary table drawn as
with lot as (
    select number, (hashint4(number) & 65535) / 65536.0 as of_unit,
           (hashint4(number + 100000000) & 65535) / 65536.0 as of_procedure,
           (hashint4(number + 200000000) & 65535) / 65536.0 as of_state,
           (hashint4(number + 300000000) & 65535) / 65536.0 as of_stage,
           (hashint4(number + 400000000) & 65535) / 65536.0 as of_time
    from generate_series(1, $1::int) number
),
placed as (
    -- The first in a list get more than the last: of 129 units the first has 4 dossiers in 100.
    select lot.*, ($3::text[])[1 + floor(cardinality($3::text[]) * power(of_unit, 1.5))::int] as unit,
           ($4::text[])[1 + floor(cardinality($4::text[]) * power(of_procedure, 1.5))::int] as procedure,
           current_date - 365 + (number::bigint * 364 / $1)::int as day,
           -- Four of five open dossiers are the newest, the others are of any time before.
           number > $1 - $2::int * 4 / 5 or of_state * ($1 - $2 * 4 / 5) < $2 / 5.0 as is_open
    from lot
),
numbered as (
    select placed.*, row_number() over (partition by unit, day order by number) as of_the_day from placed
),
named as (
    select numbered.*, concat_ws('-', 'H42.' || unit, to_char(day, 'YYMMDD'), lpad(of_the_day::text, 4, '0')) as code
    from numbered
)
select number, unit, procedure, day, of_the_day, code,
       'cb.' || unit || '.' || 1 + floor(of_time * 4)::int || '.' as person,
       encode(sha256(convert_to(code, 'UTF8')), 'hex') as applicant,
       case when is_open then ($5::int[])[1 + floor(of_stage * cardinality($5::int[]))::int] else $6 end as version,
       (day - current_date) * interval '1 day' - of_time * interval '8 hours' as shift,
       -- One open dossier of twenty is overdue.
       case when is_open then of_time * interval '20 days' - interval '1 day'
            else (day - current_date) * interval '1 day' end as due_shift
from named
"""

RETOLD = """
create function pg_temp.pattern(told text) returns text language sql stable as $$
    select replace(replace(replace(replace(replace(replace(told, '%', '%%'),
        '{code}', '%1$s'), '"{ward}"', '"%2$s"'), '"{procedure}"', '"%3$s"'), '"w.', '"%4$s'), '{applicant}', '%5$s')
$$;
create function pg_temp.retold(pattern text, drawn) returns text language sql stable as $$
    select format(pattern, $2.code, $2.unit, $2.procedure, $2.person, $2.applicant)
$$;
create function pg_temp.person(told text, drawn) returns text language sql stable as $$
    select case when told like 'w.%' then $2.person || substr(told, 3) else told end
$$;
create function pg_temp.command(told uuid, drawn) returns uuid language sql stable as $$
    select md5(told || $2.code)::uuid
$$;
"""

EVENTS = """
insert into event (
    xid, dossier, version, command_id, kind, schema, at, actor_person, actor_role, actor_unit, trace_id, body, hash
)
select ((drawn.number + said.behind) * 16 + said.turn)::text::xid8, drawn.code, said.version,
       pg_temp.command(said.command_id, drawn), said.kind, said.schema, said.at + drawn.shift,
       pg_temp.person(said.actor_person, drawn), said.actor_role,
       case when said.actor_unit is not null then drawn.unit end, md5(drawn.code || said.turn),
       pg_temp.retold(said.told, drawn)::jsonb, sha256(convert_to(drawn.code || said.version, 'UTF8'))
from sample_event said join drawn on drawn.number between $1 - said.behind and $2 - said.behind
where drawn.version >= said.version
"""
COMMANDS = """
insert into command
select pg_temp.command(said.command_id, drawn), drawn.code, said.first_version, said.last_version,
       encode(sha256(convert_to(drawn.code || said.first_version, 'UTF8')), 'hex')
from sample_command said join drawn on drawn.version >= said.last_version
"""
CODES = """
insert into dossier_code (key, code, fingerprint, allocated_at, xid)
select md5(code)::uuid, code, encode(sha256(convert_to(code, 'UTF8')), 'hex'), day, (number * 16)::text::xid8 from drawn
"""
SEQUENCES = """
insert into dossier_sequence (authority, day, last)
select 'H42.' || unit, day, max(of_the_day) from drawn group by unit, day
"""
NUMBERS = """
insert into number_in_use
select held.kind, drawn.unit || '/' || extract(year from drawn.day), replace(held.number, held.dossier, drawn.code),
       drawn.code, held.settled
from sample_number_in_use held join drawn on drawn.version = (select max(version) from sample_event)
"""
PERSONAL = """
insert into vault.personal (commitment, dossier, salt, body, created_at)
select drawn.applicant, drawn.code, sha256(convert_to(drawn.code, 'UTF8')), kept.body, drawn.day
from sample_personal kept cross join drawn
"""
REFERENCES = """
insert into vault.reference
select drawn.applicant, drawn.code, said.version
from sample_reference said join drawn on drawn.version >= said.version
"""
COPIED = ", ".join(f"copy.{column}" for column in DossierSummary.model_fields)
VIEWS = f"""
insert into dossier ({SUMMARY_COLUMNS}, form, snapshot)
select {COPIED}, copy.form, copy.snapshot
from sample_view view join drawn using (version) join sample_told told using (version)
cross join lateral jsonb_populate_record(view, jsonb_build_object(
    'code', drawn.code, 'procedure', drawn.procedure, 'received_by', drawn.unit,
    'competent', case when view.competent is not null then drawn.unit end,
    'responsible', case when view.responsible is not null then drawn.unit end,
    'assignee', pg_temp.person(view.assignee, drawn), 'received_at', view.received_at + drawn.shift,
    'statutory_due', view.statutory_due + drawn.due_shift, 'promised_due', view.promised_due + drawn.due_shift,
    'overdue_statutory_from', view.overdue_statutory_from + drawn.due_shift,
    'overdue_promised_from', view.overdue_promised_from + drawn.due_shift, 'ended_at', view.ended_at + drawn.shift,
    'updated_at', view.updated_at + drawn.shift, 'snapshot', pg_temp.retold(told.snapshot, drawn)::jsonb,
    'late_statutory_by', pg_temp.retold(told.late_statutory, drawn)::jsonb,
    'late_promised_by', pg_temp.retold(told.late_promised, drawn)::jsonb
)) copy
"""  # noqa: S608  our own columns
WORK = """
insert into work_item (dossier, act, unit, role, person, due, since)
select drawn.code, item.act, drawn.unit, item.role, pg_temp.person(item.person, drawn), item.due + drawn.due_shift,
       item.since + drawn.shift
from sample_work item join drawn using (version)
"""
