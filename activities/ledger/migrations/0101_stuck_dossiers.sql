-- Dossiers whose executor does not go on by itself, as whoever watches Temporal found them; a row goes when it does.
create table stuck_dossier (
    dossier text        not null primary key,
    run     text        not null,
    code    text        not null,
    since   timestamptz not null default clock_timestamp()
);
grant select, insert, update, delete on stuck_dossier to luongxanh_app;
grant select on stuck_dossier to luongxanh_reader;

-- Every restart of a dossier's executor: who ordered it, why, what was found, and from which version it went on.
create table dossier_restart (
    number  bigint      generated always as identity primary key,
    dossier text        not null,
    version int         not null,
    who     text        not null,
    why     text        not null,
    found   text        not null,
    run     text,
    at      timestamptz not null default clock_timestamp()
);
create index dossier_restart_by_dossier on dossier_restart (dossier, number);
create trigger append_only before update or delete or truncate on dossier_restart
    for each statement execute function refuse_change();
alter table dossier_restart enable always trigger append_only;
grant select, insert on dossier_restart to luongxanh_app;
grant select on dossier_restart to luongxanh_reader;
