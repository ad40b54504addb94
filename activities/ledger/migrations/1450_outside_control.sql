-- What operators order for the calls of an outside system. The last row of a system counts, until it ends. `until` null:
-- automatic again, which has no end.
create table outside_order (
    number bigint      generated always as identity primary key,
    system text        not null,
    act    text        not null check (act in ('open', 'close', 'drain', 'automatic')),
    until  timestamptz check ((until is null) = (act = 'automatic')),
    who    text        not null,
    why    text        not null,
    at     timestamptz not null default clock_timestamp(),
    xid    xid8        not null default this_transaction()
);
create index outside_order_by_system on outside_order (system, number);
create trigger append_only before update or delete or truncate on outside_order
    for each statement execute function refuse_change();
alter table outside_order enable always trigger append_only;
grant select, insert on outside_order to luongxanh_app;
grant select on outside_order to luongxanh_reader;

-- The pace of each outside system, which all processes share: the turns before `next_at` are given away. `begins_at` and
-- `count`: of the last process that asked.
create table outside_turns (
    system    text        not null primary key,
    next_at   timestamptz not null,
    begins_at timestamptz not null,
    count     integer     not null
);

-- How many calls each process may make at once where the province has a limit. `wanted`: how many it would make.
create table outside_places (
    process text        not null,
    system  text        not null,
    wanted  integer     not null,
    granted integer     not null,
    told_at timestamptz not null default clock_timestamp(),
    primary key (process, system)
);
grant select, insert, update, delete on outside_turns, outside_places to luongxanh_app;
grant select on outside_turns, outside_places to luongxanh_reader;

-- What a worker tells beside the state of its breakers: its calls of each system, and which settings are in force.
alter table worker_breakers add column report jsonb not null default '{}';
