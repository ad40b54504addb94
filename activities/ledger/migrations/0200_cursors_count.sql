-- How many events a reader has been handed, beside the place where it stands: a cursor that somebody moves to another
-- place no longer agrees with its count. It only grows with the reader's own steps.
alter table cursor add column passed bigint not null default 0;
update cursor set passed = (
    select count(*) from event where (event.xid, event.position) <= (cursor.xid, cursor.position)
);
alter table cursor alter column passed drop default;
