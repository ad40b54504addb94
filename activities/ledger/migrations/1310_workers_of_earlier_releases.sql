-- As before, but a worker of release 0.1 may write: it gives neither of the marks of a date beyond the calendar. While an
-- installation is upgraded, the schema is migrated first, and its workers go on with it until the new ones take over.
create or replace function put_view(view jsonb) returns boolean
language plpgsql as $$
declare
    new dossier := jsonb_populate_record(null::dossier, view);
begin
    insert into dossier (
        code, version, state, portal_code, procedure, channel, received_by, competent, responsible, assignee, step,
        statutory_due, promised_due, statutory_beyond, promised_beyond, overdue_statutory_from, overdue_promised_from,
        received_at, ended_at, late_statutory_minutes, late_promised_minutes, late_statutory_by, late_promised_by,
        rung, crossing, updated_at, used_minutes, statutory_minutes, promised_minutes, form,
        snapshot
    ) values (
        new.code, new.version, new.state, new.portal_code, new.procedure, new.channel, new.received_by, new.competent,
        new.responsible, new.assignee, new.step, new.statutory_due, new.promised_due,
        coalesce(new.statutory_beyond, false), coalesce(new.promised_beyond, false), new.overdue_statutory_from, new.overdue_promised_from, new.received_at, new.ended_at,
        new.late_statutory_minutes, new.late_promised_minutes, coalesce(new.late_statutory_by, '[]'),
        coalesce(new.late_promised_by, '[]'), new.rung, new.crossing, new.updated_at,
        new.used_minutes, new.statutory_minutes, new.promised_minutes, coalesce(new.form, 0), new.snapshot
    )
    on conflict (code) do update set
        version = excluded.version, state = excluded.state, portal_code = excluded.portal_code,
        procedure = excluded.procedure, channel = excluded.channel, received_by = excluded.received_by,
        competent = excluded.competent, responsible = excluded.responsible, assignee = excluded.assignee,
        step = excluded.step, statutory_due = excluded.statutory_due, promised_due = excluded.promised_due,
        statutory_beyond = excluded.statutory_beyond, promised_beyond = excluded.promised_beyond,
        overdue_statutory_from = excluded.overdue_statutory_from,
        overdue_promised_from = excluded.overdue_promised_from, received_at = excluded.received_at,
        ended_at = excluded.ended_at, late_statutory_minutes = excluded.late_statutory_minutes,
        late_promised_minutes = excluded.late_promised_minutes, late_statutory_by = excluded.late_statutory_by,
        late_promised_by = excluded.late_promised_by, rung = excluded.rung, crossing = excluded.crossing,
        updated_at = excluded.updated_at, used_minutes = excluded.used_minutes,
        statutory_minutes = excluded.statutory_minutes, promised_minutes = excluded.promised_minutes,
        form = excluded.form, snapshot = excluded.snapshot
    where dossier.version <= excluded.version;
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
