-- Ramps of a build that workers watch: which steps, how many were given, what was seen, and how one ended. Each step is
-- also a row of release_act, which is what counts. `taken_at`: when a worker last began to look; `looked_at`: the same of
-- the last look that came to its end.
create table release_ramp (
    id            uuid        not null primary key,
    build         text        not null references release_build,
    steps         smallint[]  not null,
    pause_seconds integer     not null check (pause_seconds >= 0),
    replayed      boolean     not null,
    who           text        not null,
    why           text        not null,
    begun_at      timestamptz not null default clock_timestamp(),
    given         smallint    not null default 0 check (given between 0 and cardinality(steps)),
    given_at      timestamptz,
    taken_at      timestamptz,
    looks         integer     not null default 0,
    looked_at     timestamptz,
    stuck         integer     not null default 0,
    examples      jsonb       not null default '[]',
    ended         text        check (ended in ('finished', 'went_back', 'stopped', 'overtaken')),
    ended_at      timestamptz,
    ended_by      text,
    problem       jsonb,
    check ((ended is null) = (ended_at is null))
);
create unique index release_ramp_one_at_a_time on release_ramp ((true)) where ended_at is null;
create index release_ramp_newest on release_ramp (begun_at desc, id);
grant select, insert, update on release_ramp to luongxanh_app;
grant select on release_ramp to luongxanh_reader;
