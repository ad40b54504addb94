-- How often a quick call that must not be done twice has begun, from before its request goes out. A worker may be killed after
-- the system has carried a call out and before the ledger has its outcome: without this row the next try would take itself for
-- the first one, and its refusal for final.
create table outside_tries (
    dossier text    not null,
    effect  text    not null,
    tries   integer not null default 1,
    primary key (dossier, effect)
);
grant select, insert, update on outside_tries to luongxanh_app;
grant select on outside_tries to luongxanh_reader;
