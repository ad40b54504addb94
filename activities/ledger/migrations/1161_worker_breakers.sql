-- The breakers of each worker process as it told them last, several times a minute; `breakers` has the kind of calls, then
-- the system: {"quick": {"civil": "open"}}. The row of a process that tells nothing any more is removed after an hour.
create table worker_breakers (
    process  text        not null primary key,
    breakers jsonb       not null,
    told_at  timestamptz not null default clock_timestamp()
);
grant select, insert, update, delete on worker_breakers to luongxanh_app;
grant select on worker_breakers to luongxanh_reader;
