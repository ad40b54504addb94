-- What screens read. Written in the transaction of the events; can be thrown away and rebuilt from them.

create table dossier (
    code                   text        not null primary key,
    version                int         not null,
    state                  text        not null,
    portal_code            smallint    not null,
    procedure              text        not null,
    channel                text        not null,
    received_by            text        not null,
    competent              text,
    responsible            text,
    assignee               text,
    step                   text,
    statutory_due          timestamptz,
    promised_due           timestamptz,
    received_at            timestamptz,
    ended_at               timestamptz,
    late_statutory_minutes int,
    late_promised_minutes  int,
    rung                   text,
    crossing               boolean     not null,
    updated_at             timestamptz not null,
    snapshot               jsonb       not null
) with (fillfactor = 80);

create index dossier_by_unit on dossier (responsible, code);
create index dossier_by_promise on dossier (promised_due) where ended_at is null;
create index dossier_by_statute on dossier (statutory_due) where ended_at is null;

create table work_item (
    dossier text        not null,
    act     text        not null,
    unit    text        not null,
    role    text        not null,
    person  text,
    due     timestamptz,
    since   timestamptz not null,
    primary key (dossier, act, unit)
) with (fillfactor = 80);

create index work_item_by_unit on work_item (unit, role, due);

grant select, insert, update, delete on dossier, work_item to luongxanh_app;
grant select on dossier, work_item to luongxanh_reader;

-- Puts the read models of one dossier in the state of `view`; answers false, and changes nothing, where what is there
-- is newer. The row of the dossier is written first and so guards its work items. Rows that stay the same are not
-- written again.
create function put_view(view jsonb) returns boolean
language plpgsql as $$
declare
    new dossier := jsonb_populate_record(null::dossier, view);
begin
    insert into dossier select (new).*
    on conflict (code) do update set
        version = new.version, state = new.state, portal_code = new.portal_code, procedure = new.procedure,
        channel = new.channel, received_by = new.received_by, competent = new.competent,
        responsible = new.responsible, assignee = new.assignee, step = new.step,
        statutory_due = new.statutory_due, promised_due = new.promised_due, received_at = new.received_at,
        ended_at = new.ended_at, late_statutory_minutes = new.late_statutory_minutes,
        late_promised_minutes = new.late_promised_minutes, rung = new.rung, crossing = new.crossing,
        updated_at = new.updated_at, snapshot = new.snapshot
    where dossier.version <= new.version;
    if not found then
        return false;
    end if;

    delete from work_item old
    where old.dossier = new.code
      and not exists (
          select from jsonb_to_recordset(view -> 'work') as item (act text, unit text)
          where item.act = old.act and item.unit = old.unit
      );
    insert into work_item as old
    select item.* from jsonb_populate_recordset(null::work_item, view -> 'work') as item
    on conflict (dossier, act, unit) do update set
        role = excluded.role, person = excluded.person, due = excluded.due, since = excluded.since
    where (old.role, old.person, old.due, old.since)
        is distinct from (excluded.role, excluded.person, excluded.due, excluded.since);
    return true;
end
$$;
