-- One definition of overdue: the domain says after which instant a dossier is overdue (`clock.overdue_from`), and lists
-- and counts read it here. A dossier that stands still since before its date has none.

alter table dossier
    add column statutory_beyond       boolean not null default false,
    add column promised_beyond        boolean not null default false,
    add column overdue_statutory_from timestamptz,
    add column overdue_promised_from  timestamptz;

create index dossier_overdue_promise on dossier (overdue_promised_from) where overdue_promised_from is not null;
create index dossier_overdue_statute on dossier (overdue_statutory_from) where overdue_statutory_from is not null;
drop index dossier_by_promise;
drop index dossier_by_statute;

-- What is there already, but for earlier calendars that bind: `luongxanh ledger rebuild` looks at those too.
update dossier set
    overdue_statutory_from = case when paused.before_statute then null else statutory_due end,
    overdue_promised_from = case when paused.before_promise then null else promised_due end
from (
    select code as of_code,
        coalesce(bool_or((pause ->> 'began')::timestamptz < statutory_due), false) as before_statute,
        coalesce(bool_or((pause ->> 'began')::timestamptz < promised_due), false) as before_promise
    from dossier
    left join lateral jsonb_path_query(snapshot, '$.timing.pauses[*] ? (@.ended == null)') as pause on true
    where ended_at is null
    group by code
) as paused
where dossier.code = paused.of_code;

-- As before, with the new columns.
create or replace function put_view(view jsonb) returns boolean
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
        statutory_beyond = new.statutory_beyond, promised_beyond = new.promised_beyond,
        overdue_statutory_from = new.overdue_statutory_from, overdue_promised_from = new.overdue_promised_from,
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
