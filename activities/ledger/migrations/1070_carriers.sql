-- A person or an applicant acts through a program: the row says which one carried the act.
-- Rows of earlier releases say nothing, and their seals hold: only a row that says it was sealed with it.
alter table event add column actor_carried_by text;

-- As before, with the new column.
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
            xid, dossier, version, command_id, kind, schema, at, actor_person, actor_role, actor_unit,
            actor_stands_in_for, actor_carried_by, trace_id, body, hash
        ) values (
            in_feed, of_dossier, number, of_command, said ->> 'kind',
            (said ->> 'schema')::smallint, (said ->> 'at')::timestamptz, said -> 'actor' ->> 'person',
            said -> 'actor' ->> 'role', said -> 'actor' ->> 'unit',
            said -> 'actor' ->> 'stands_in_for', said -> 'actor' ->> 'carried_by', trace, said -> 'body', sealed
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
