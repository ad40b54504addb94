-- The record: append-only, one chain of hashes for every dossier.
--
-- `xid` and `position` together give the global order. A position is drawn before its transaction commits, so a reader
-- that went by position alone would pass over a row that commits late. A reader goes by (xid, position) and reads only
-- below the oldest transaction that is still open: nothing can appear behind it any more.
--
-- `body` is jsonb: whole numbers, text, booleans and nulls come back exactly as they went in, and the seal is over a
-- canonical writing of them (domain/record.py), not over PostgreSQL's own.
create table event (
    position     bigint generated always as identity,
    xid          xid8        not null default pg_current_xact_id(),
    dossier      text        not null,
    version      int         not null check (version > 0),
    command_id   uuid        not null,
    kind         text        not null,
    schema       smallint    not null check (schema > 0),
    at           timestamptz not null,
    actor_person text        not null,
    actor_role   text        not null,
    actor_unit   text,
    trace_id     text,
    body         jsonb       not null,
    hash         bytea       not null check (length(hash) = 32),
    primary key (dossier, version)
);
create index event_in_order on event (xid, position);

-- Every command that was written, once: the primary key is what makes a command act once.
create table command (
    command_id    uuid not null primary key,
    dossier       text not null,
    first_version int  not null,
    last_version  int  not null check (last_version >= first_version)
);
create index command_by_dossier on command (dossier);

create trigger append_only before update or delete or truncate on event
    for each statement execute function refuse_change();
alter table event enable always trigger append_only;
create trigger append_only before update or delete or truncate on command
    for each statement execute function refuse_change();
alter table command enable always trigger append_only;

grant select, insert on event, command to luongxanh_app;
grant select on event, command to luongxanh_reader;

-- One command's events, its id, its references to the vault and the read models, in one transaction and one round trip.
-- `rows` are the sealed writings themselves: the columns are taken out of what is hashed, so they cannot differ from it.
--
-- A command id that is already there changes nothing and answers what was written then. Two deliveries at once: the
-- second waits in `on conflict` for the first. Two commands on the same version: the second meets the primary key.
create function append_events(
    of_dossier text, after_version int, of_command uuid, rows text[], trace text, personal text[], view text,
    out first_version int, out last_version int, out repeated boolean
)
language plpgsql as $$
declare
    earlier command;
    head    record;
    sealed  bytea;
    said    jsonb;
    number  int := after_version;
begin
    insert into command values (of_command, of_dossier, after_version + 1, after_version + cardinality(rows))
    on conflict do nothing;
    if not found then
        select * into strict earlier from command where command_id = of_command;
        if earlier.dossier <> of_dossier then
            raise exception using errcode = 'LX002', message = 'command_id_reused', detail = earlier.dossier;
        end if;
        first_version := earlier.first_version;
        last_version := earlier.last_version;
        repeated := true;
        return;
    end if;

    select version, hash into head from event where dossier = of_dossier order by version desc limit 1;
    if coalesce(head.version, 0) <> after_version then
        raise exception using
            errcode = 'LX001', message = 'ledger_conflict', detail = coalesce(head.version, 0)::text;
    end if;

    sealed := coalesce(head.hash, ''::bytea);
    for index in 1 .. cardinality(rows) loop
        sealed := sha256(sealed || convert_to(rows[index], 'UTF8'));
        said := rows[index]::jsonb;
        number := number + 1;
        insert into event (
            dossier, version, command_id, kind, schema, at, actor_person, actor_role, actor_unit, trace_id, body, hash
        ) values (
            said ->> 'dossier', (said ->> 'version')::int, (said ->> 'command_id')::uuid, said ->> 'kind',
            (said ->> 'schema')::smallint, (said ->> 'at')::timestamptz, said -> 'actor' ->> 'person',
            said -> 'actor' ->> 'role', said -> 'actor' ->> 'unit', trace, said -> 'body', sealed
        );
        if (said ->> 'dossier', (said ->> 'version')::int, (said ->> 'command_id')::uuid)
            is distinct from (of_dossier, number, of_command) then
            raise exception using errcode = 'LX004', message = format('row %s is not what its append says', index);
        end if;
    end loop;

    if cardinality(personal) > 0 then
        insert into vault.reference
        select kept.commitment, of_dossier, number from vault.personal kept where kept.commitment = any (personal)
        on conflict do nothing;
    end if;
    perform put_view(view::jsonb);
    first_version := after_version + 1;
    last_version := number;
    repeated := false;
end
$$;
