-- Orders that give several dossiers at once. What became of each dossier is in its events: the id of each command comes
-- from the order and the dossier. `person` null: each dossier to the first who was suggested for it.
create table assignment_order (
    id       uuid        primary key,
    person   text,
    dossiers text[]      not null check (cardinality(dossiers) between 1 and 200),
    who      text        not null,
    at       timestamptz not null default clock_timestamp(),
    xid      xid8        not null default this_transaction()
);
create trigger append_only before update or delete or truncate on assignment_order
    for each statement execute function refuse_change();
alter table assignment_order enable always trigger append_only;
grant select, insert on assignment_order to luongxanh_app;
grant select on assignment_order to luongxanh_reader;
