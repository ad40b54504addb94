-- What dossiers are searched by, and the indexes by which every search is read.
--
-- To whom lateness is attributed needs the calendar, so the domain writes it. Dossiers that stand still get theirs by
-- `luongxanh ledger rebuild`; the others with their next event. What stands in the snapshot is a generated column: it is
-- right at once, and cannot differ from the snapshot. This migration writes the table once more; the work waits for it
-- (250,000 dossiers: about twenty seconds).
alter table dossier
    add column late_statutory_by jsonb not null default '[]',
    add column late_promised_by  jsonb not null default '[]',
    add column green             text  generated always as (snapshot #>> '{timing,green,name}') stored,
    add column submitted_by      text  generated always as (snapshot ->> 'submitted_by') stored,
    add column incident_systems  jsonb generated always as (
        jsonb_path_query_array(snapshot, '$.incidents[*].system')
    ) stored,
    -- Every unit that takes part, for the scope of the caller (`units_of` in gateway/access/scopes.py). A test compares
    -- the two. A code of a unit has no bracket, comma, quote or blank.
    add column taking_part       text[] generated always as (string_to_array(translate((
        jsonb_path_query_array(snapshot, '$.received_by ? (@ != null)')
        || jsonb_path_query_array(snapshot, '$.assisted_by ? (@ != null)')
        || jsonb_path_query_array(snapshot, '$.competent ? (@ != null)')
        || jsonb_path_query_array(snapshot, '$.responsible ? (@ != null)')
        || jsonb_path_query_array(snapshot, '$.queue ? (@ != null)')
        || jsonb_path_query_array(snapshot, '$.signing.unit ? (@ != null)')
        || jsonb_path_query_array(snapshot, '$.opinions[*].unit ? (@ != null)')
        || jsonb_path_query_array(snapshot, '$.handovers[last] ? (!exists(@.acknowledged_at ? (@ != null))
            && !exists(@.refused_at ? (@ != null)) && !exists(@.lapsed_at ? (@ != null))).to_unit')
    )::text, '[]" ', ''), ',')) stored;

-- As before, with the new columns. A worker of the release before gives no holders of the lateness.
create or replace function put_view(view jsonb) returns boolean
language plpgsql as $$
declare
    new dossier := jsonb_populate_record(null::dossier, view);
begin
    insert into dossier (
        code, version, state, portal_code, procedure, channel, received_by, competent, responsible, assignee, step,
        statutory_due, promised_due, statutory_beyond, promised_beyond, overdue_statutory_from, overdue_promised_from,
        received_at, ended_at, late_statutory_minutes, late_promised_minutes, late_statutory_by, late_promised_by,
        rung, crossing, updated_at, snapshot
    ) values (
        new.code, new.version, new.state, new.portal_code, new.procedure, new.channel, new.received_by, new.competent,
        new.responsible, new.assignee, new.step, new.statutory_due, new.promised_due, new.statutory_beyond,
        new.promised_beyond, new.overdue_statutory_from, new.overdue_promised_from, new.received_at, new.ended_at,
        new.late_statutory_minutes, new.late_promised_minutes, coalesce(new.late_statutory_by, '[]'),
        coalesce(new.late_promised_by, '[]'), new.rung, new.crossing, new.updated_at, new.snapshot
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
        updated_at = excluded.updated_at, snapshot = excluded.snapshot
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

-- By what it is filtered.
create index dossier_by_state on dossier (state);
create index dossier_by_unit_taking_part on dossier using gin (taking_part);
create index dossier_by_procedure on dossier (procedure);
create index dossier_by_receiver on dossier (received_by);
create index dossier_by_competent on dossier (competent);
create index dossier_by_officer on dossier (assignee) where assignee is not null;
create index dossier_by_applicant on dossier (submitted_by) where submitted_by is not null;
create index dossier_by_green on dossier (green);
create index dossier_by_rung on dossier (rung) where rung is not null;
create index dossier_crossing on dossier (code) where crossing;
create index dossier_with_incident on dossier (code) where incident_systems <> '[]';

-- In which order it is shown. A dossier without the date comes last, in the order of the codes.
create index dossier_by_receipt on dossier (received_at, code);
create index dossier_by_statute on dossier (statutory_due, code);
create index dossier_by_promise on dossier (promised_due, code);
create index dossier_by_update on dossier (updated_at, code);
create index dossier_by_end on dossier (ended_at, code) where ended_at is not null;
create index dossier_by_statutory_lateness on dossier (late_statutory_minutes, code)
    where late_statutory_minutes is not null;
create index dossier_by_promised_lateness on dossier (late_promised_minutes, code)
    where late_promised_minutes is not null;
