-- Replays that run on a worker of the build under test: what was chosen, how far it is, and how it ended.
-- `choice`: as domain/replays.py writes it. `tries`: workers that took it and told of no progress yet.
create table replay (
    id           uuid        not null primary key,
    build        text        not null,
    choice       jsonb       not null,
    who          text        not null,
    begun_at     timestamptz not null default clock_timestamp(),
    seen_at      timestamptz,
    tries        smallint    not null default 0,
    histories    integer,
    looked       integer     not null default 0,
    events       bigint      not null default 0,
    failed       integer     not null default 0,
    absent       integer     not null default 0,
    seconds      real        not null default 0,
    cancelled_by text,
    problem      jsonb,
    finished_at  timestamptz
);
create unique index replay_one_at_a_time on replay (build) where finished_at is null;
create index replay_newest on replay (begun_at desc, id);

-- What a run still has to replay. A row goes when its history is replayed, so a run goes on where it was left.
create table replay_history (
    replay   uuid    not null references replay,
    place    integer not null,
    workflow text    not null,
    run      text,
    primary key (replay, place)
);

-- The histories that do not replay, the first ones of a run. `failure` null: Temporal has no history of the workflow.
create table replay_failure (
    replay   uuid    not null references replay,
    number   integer not null,
    workflow text    not null,
    run      text    not null,
    failure  jsonb,
    primary key (replay, number)
);
grant select, insert, update on replay to luongxanh_app;
grant select, insert, delete on replay_history to luongxanh_app;
grant select, insert on replay_failure to luongxanh_app;
grant select on replay, replay_history, replay_failure to luongxanh_reader;
