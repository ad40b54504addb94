-- The last event may be of a later day than the restore: a clock was ahead and put right, or was behind when the restore was
-- declared. So the days of both, and those between them, count as lost, whichever is first.
create or replace function numbers_lost(on_day date) returns int
language sql stable as $$
    select 5000 * count(*)::int from (
        select (server.at at time zone interval '7 hours')::date as declared, (
            select (event.at at time zone interval '7 hours')::date from public.event
            where event.xid <= server.newest order by event.xid desc, event.position desc limit 1
        ) as last_event
        from public.ledger_server server where number > 1
    ) as restored
    where on_day between least(declared, last_event) and greatest(declared, last_event)
$$;
