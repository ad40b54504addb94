-- Every event log that was written with the internal codes of officers: who ordered it, why, and what was in it.
create table officers_exported (
    number   bigint      generated always as identity primary key,
    who      text        not null,
    why      text        not null,
    format   text        not null,
    wanted   jsonb       not null,
    dossiers bigint      not null,
    at       timestamptz not null default clock_timestamp(),
    xid      xid8        not null default this_transaction()
);
create trigger append_only before update or delete or truncate on officers_exported
    for each statement execute function refuse_change();
alter table officers_exported enable always trigger append_only;
grant select, insert on officers_exported to luongxanh_app;
grant select on officers_exported to luongxanh_reader;
