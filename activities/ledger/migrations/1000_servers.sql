-- The order of the feed survives another server. A transaction id belongs to one PostgreSQL server: after a dump and
-- restore, or on a logical replica, ids begin again below those that are recorded. So the ledger numbers transactions
-- itself: its number is the server's id plus a shift, and `database after-restore` gives each new server a shift that
-- puts all its numbers above everything recorded. Rows, cursors and checkpoints of the past stay as they are.

-- The servers on which this ledger was written, the present one last. A row is the record of a restore: who declared it
-- and why, on which server, how many events the past had (`events`), the highest number known then (`newest`), and the
-- cursors that were put right (`cursors`, as they stood before).
create table ledger_server (
    number  int         not null primary key check (number > 0),
    server  text        not null,
    shift   bigint      not null check (shift >= 0),
    newest  xid8        not null,
    events  bigint      not null,
    cursors jsonb       not null,
    who     text        not null,
    why     text        not null,
    at      timestamptz not null default clock_timestamp(),
    xid     xid8        not null
);
create trigger append_only before update or delete or truncate on ledger_server
    for each statement execute function refuse_change();
alter table ledger_server enable always trigger append_only;
grant select on ledger_server to luongxanh_app, luongxanh_reader;

-- The number of this transaction in the order of the feed. Refused on a server that has not yet come to the newest
-- event: its numbers would lie before what every reader has passed. A session lives on one server, so it looks once.
-- (Names with their schema: whoever erases from the vault looks for tables there alone.)
create function this_transaction() returns xid8
language plpgsql as $$
declare
    shift  bigint;
    newest bigint;
begin
    select server.shift into strict shift from public.ledger_server server order by server.number desc limit 1;
    if current_setting('luongxanh.in_order', true) is distinct from 'yes' then
        select event.xid::text::bigint into newest
        from public.event order by event.xid desc, event.position desc limit 1;
        if newest >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint + shift
            -- What this transaction itself wrote may lie above the snapshot.
            and newest > coalesce(pg_current_xact_id_if_assigned()::text::bigint + shift, 0) then
            raise exception using
                errcode = 'LX006',
                message = 'database_restored: this server has not come to the newest transaction number of the ledger',
                hint = 'Run: luongxanh database after-restore';
        end if;
        perform set_config('luongxanh.in_order', 'yes', false);
    end if;
    return (pg_current_xact_id()::text::bigint + shift)::text::xid8;
end
$$;

-- Rows of earlier numbers are complete: no transaction that is still open can add one. Readers read below it.
create function oldest_open_transaction() returns xid8
language sql stable as $$
    select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + server.shift)::text::xid8
    from public.ledger_server server order by server.number desc limit 1
$$;

-- These also wait for whoever writes: what was numbered before is committed when the first row is written.
alter table event alter column xid set default this_transaction();
alter table rule alter column xid set default this_transaction();
alter table dossier_code alter column xid set default this_transaction();
alter table vault.erasure alter column xid set default this_transaction();
alter table dossier_restart alter column xid set default this_transaction();
alter table rollout_act alter column xid set default this_transaction();
alter table feed_reader alter column xid set default this_transaction();
alter table migration alter column xid set default this_transaction();

-- A ledger that was restored to this server before there was this table is put right now.
insert into ledger_server (number, server, shift, newest, events, cursors, who, why, xid)
select 1, system_identifier::text, shift, newest, (select count(*) from event), '[]', 'migration 1000',
       case when shift = 0 then 'the first server' else 'restored before this release' end,
       (pg_current_xact_id()::text::bigint + shift)::text::xid8
from pg_control_system() cross join lateral (
    select coalesce(max(xid::text::bigint), 0) as highest from (
        select xid from event union all select xid from cursor union all select xid from rule
        union all select xid from dossier_code union all select xid from vault.erasure
        union all select xid from dossier_restart union all select xid from rollout_act
        union all select xid from feed_reader union all select xid from migration
    ) as recorded
) as past cross join lateral (
    select highest::text::xid8 as newest,
           case when highest > pg_current_xact_id()::text::bigint then ((highest >> 32) + 2) << 32 else 0 end as shift
) as begun;

-- As before. The number is asked for once a command; what a row says of its place is compared, and no longer read twice.
create or replace function append_events(
    of_dossier text, after_version int, of_command uuid, rows text[], trace text, personal text[], view text, print text,
    out first_version int, out last_version int, out repeated boolean
)
language plpgsql as $$
declare
    earlier command;
    head    int;
    sealed  bytea;
    said    jsonb;
    number  int := after_version;
    in_feed xid8;
    written text;
begin
    insert into command
    values (of_command, of_dossier, after_version + 1, after_version + cardinality(rows), print)
    on conflict do nothing;
    if not found then
        select * into strict earlier from command where command_id = of_command;
        if earlier.dossier <> of_dossier or earlier.fingerprint <> print then
            raise exception using errcode = 'LX002', message = 'command_id_reused', detail = earlier.dossier;
        end if;
        first_version := earlier.first_version;
        last_version := earlier.last_version;
        repeated := true;
        return;
    end if;

    select version, hash into head, sealed from event where dossier = of_dossier order by version desc limit 1;
    if coalesce(head, 0) <> after_version then
        raise exception using
            errcode = 'LX001', message = 'ledger_conflict', detail = coalesce(head, 0)::text;
    end if;

    in_feed := this_transaction();
    sealed := coalesce(sealed, ''::bytea);
    foreach written in array rows loop
        sealed := sha256(sealed || convert_to(written, 'UTF8'));
        said := written::jsonb;
        number := number + 1;
        insert into event (
            xid, dossier, version, command_id, kind, schema, at, actor_person, actor_role, actor_unit, trace_id, body, hash
        ) values (
            in_feed, of_dossier, number, of_command, said ->> 'kind',
            (said ->> 'schema')::smallint, (said ->> 'at')::timestamptz, said -> 'actor' ->> 'person',
            said -> 'actor' ->> 'role', said -> 'actor' ->> 'unit', trace, said -> 'body', sealed
        );
        if (said ->> 'dossier', said ->> 'version', said ->> 'command_id')
            is distinct from (of_dossier, number::text, of_command::text) then
            raise exception using
                errcode = 'LX004', message = format('row %s is not what its append says', number - after_version);
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

