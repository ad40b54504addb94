-- What a relay could not hand on because the other side refused it for good: set aside, so that one bad case never
-- blocks the rest, and kept until somebody has mended it.
create table relay_problem (
    reader    text        not null,
    dossier   text        not null,
    version   int         not null,
    code      text        not null,
    at        timestamptz not null default clock_timestamp(),
    mended_at timestamptz,
    primary key (reader, dossier, version)
);
create index relay_problem_open on relay_problem (reader, at) where mended_at is null;
grant select, insert, update on relay_problem to luongxanh_app;
grant select on relay_problem to luongxanh_reader;
