-- Absences and delegations that people enter for a period, and their withdrawals. Those of people.yaml count beside them.
-- A withdrawn one counts until it was withdrawn, so it still says who stood in for whom on an earlier day.
create table leave_entry (
    number    bigint      generated always as identity primary key,
    kind      text        not null check (kind in ('absence', 'delegation', 'withdrawal')),
    person    text        not null,
    receiver  text        check ((receiver is not null) = (kind = 'delegation')),
    roles     text[]      not null default '{}',
    began     timestamptz check ((began is not null) = (kind <> 'withdrawal')),
    ended     timestamptz check (ended > began),
    ground    text        not null,
    withdraws bigint      unique references leave_entry check ((withdraws is not null) = (kind = 'withdrawal')),
    who       text        not null,
    at        timestamptz not null default clock_timestamp(),
    xid       xid8        not null default this_transaction()
);
create trigger append_only before update or delete or truncate on leave_entry
    for each statement execute function refuse_change();
alter table leave_entry enable always trigger append_only;
grant select, insert on leave_entry to luongxanh_app;
grant select on leave_entry to luongxanh_reader;
