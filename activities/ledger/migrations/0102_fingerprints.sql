-- A command id belongs to one act. What the act said is kept beside it as a fingerprint (domain/dossier/fingerprint.py);
-- commands of the first release have none, and are taken at their id.
alter table command add column fingerprint text;

create function append_events(
    of_dossier text, after_version int, of_command uuid, rows text[], trace text, personal text[], view text, print text,
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

-- Workers of the first release go on while the new ones start.
create or replace function append_events(
    of_dossier text, after_version int, of_command uuid, rows text[], trace text, personal text[], view text,
    out first_version int, out last_version int, out repeated boolean
)
language sql as $$
    select * from append_events(of_dossier, after_version, of_command, rows, trace, personal, view, null)
$$;
