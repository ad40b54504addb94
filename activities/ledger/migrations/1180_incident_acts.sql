-- What people did with incidents: who is to look, what was tried again, what was noted as dealt with. The incidents
-- themselves stand in other tables, and an incident is named by what it is about.
create table incident_act (
    number      bigint      generated always as identity primary key,
    incident    text        not null,
    act         text        not null check (act in ('assign', 'retry', 'resolve')),
    assigned_to text        check ((assigned_to is not null) = (act = 'assign')),
    who         text        not null,
    why         text        not null,
    at          timestamptz not null default clock_timestamp(),
    xid         xid8        not null default this_transaction()
);
create index incident_acts_of on incident_act (incident, number desc);
create trigger append_only before update or delete or truncate on incident_act
    for each statement execute function refuse_change();
alter table incident_act enable always trigger append_only;
grant select, insert on incident_act to luongxanh_app;
grant select on incident_act to luongxanh_reader;
