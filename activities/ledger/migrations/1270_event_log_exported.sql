-- Every event log that was taken through the API or the console: who took it, in which format, and what was in it.
-- Those with the internal codes of officers, which only the command line writes, stand in officers_exported.
create table event_log_exported (
    number   bigint      generated always as identity primary key,
    who      text        not null,
    format   text        not null,
    wanted   jsonb       not null,
    dossiers bigint      not null,
    at       timestamptz not null default clock_timestamp(),
    xid      xid8        not null default this_transaction()
);
create trigger append_only before update or delete or truncate on event_log_exported
    for each statement execute function refuse_change();
alter table event_log_exported enable always trigger append_only;
grant select, insert on event_log_exported to luongxanh_app;
grant select on event_log_exported to luongxanh_reader;
