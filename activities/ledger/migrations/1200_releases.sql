-- Each build of the worker that has run here: its release, the newest revision of the rules that it knows, and the newest
-- migration. A build is named by its content, so the facts of a build never change.
create table release_build (
    build     text        not null primary key,
    release   text        not null,
    revision  integer     not null,
    migration text        not null,
    at        timestamptz not null default clock_timestamp(),
    xid       xid8        not null default this_transaction()
);

-- Who gave which build how much of the work, and why. `instead`: the build that had it before; null: workers without a
-- build, or none.
create table release_act (
    number  bigint      generated always as identity primary key,
    build   text        not null references release_build,
    act     text        not null check (act in ('began', 'ramped', 'promoted', 'rolled_back', 'retired')),
    percent smallint    check ((percent is not null) = (act = 'ramped') and percent between 0 and 100),
    instead text,
    who     text        not null,
    why     text        not null,
    at      timestamptz not null default clock_timestamp(),
    xid     xid8        not null default this_transaction()
);
create index release_act_by_build on release_act (build, number);

create trigger append_only before update or delete or truncate on release_build
    for each statement execute function refuse_change();
alter table release_build enable always trigger append_only;
create trigger append_only before update or delete or truncate on release_act
    for each statement execute function refuse_change();
alter table release_act enable always trigger append_only;
grant select, insert on release_build, release_act to luongxanh_app;
grant select on release_build, release_act to luongxanh_reader;
