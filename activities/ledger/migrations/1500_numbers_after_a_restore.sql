-- After a restore to an earlier moment the ledger no longer knows the last codes that it gave out, but citizens and outside
-- systems do. So no code of these days is given out again: numbering goes on 5000 higher for each restore, on the days from the
-- last event that was restored until the restore was declared.
create function numbers_lost(on_day date) returns int
language sql stable as $$
    select 5000 * count(*)::int from public.ledger_server server
    where number > 1
      and on_day <= (server.at at time zone interval '7 hours')::date
      and on_day >= coalesce(
          (
              select (event.at at time zone interval '7 hours')::date from public.event
              where event.xid <= server.newest order by event.xid desc, event.position desc limit 1
          ),
          (server.at at time zone interval '7 hours')::date
      )
$$;

-- As before, but above what was lost. Where another transaction gave this key its code meanwhile, the counter goes back to the
-- highest code on record, which is the number before this one.
create or replace function allocate_code(
    intake_key text, of_authority text, on_day date, given text, out code text, out known text
)
language plpgsql as $$
declare
    number int;
    lost   int;
    stem   text := concat_ws('-', of_authority, to_char(on_day, 'YYMMDD'));
begin
    select entry.code, entry.fingerprint into code, known from dossier_code entry where entry.key = intake_key;
    if found then
        return;
    end if;
    lost := numbers_lost(on_day);
    insert into dossier_sequence as counter values (of_authority, on_day, lost + 1)
    on conflict (authority, day) do update set last = greatest(counter.last, lost) + 1
    returning counter.last into number;
    insert into dossier_code as entry (key, code, fingerprint)
    values (intake_key, concat_ws('-', stem, lpad(number::text, greatest(4, length(number::text)), '0')), given)
    on conflict (key) do nothing
    returning entry.code, entry.fingerprint into code, known;
    if not found then
        update dossier_sequence set last = coalesce((
            select max(substr(entry.code, length(stem) + 2)::int) from dossier_code entry
            where entry.code like replace(replace(stem, '_', '\_'), '%', '\%') || '-%'
              and substr(entry.code, length(stem) + 2) ~ '^[0-9]{1,9}$'
        ), 0)
        where authority = of_authority and day = on_day;
        select entry.code, entry.fingerprint into code, known from dossier_code entry where entry.key = intake_key;
    end if;
end
$$;
