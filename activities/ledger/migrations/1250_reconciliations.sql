-- A comparison of Temporal with the ledger is recorded when it begins, so that only one runs, others see how far it is,
-- and one whose process died is known. `alive_at`: its process renews it every few seconds. `done`: compared workflows.
-- `listed`: differences of it in the list below. `failed`: the code of the error that ended it; null without one.
alter table reconciliation alter column workflows set default 0;
alter table reconciliation alter column dossiers set default 0;
alter table reconciliation alter column moving set default 0;
alter table reconciliation alter column counts set default '{}';
alter table reconciliation alter column examples set default '[]';
alter table reconciliation
    add column alive_at timestamptz not null default clock_timestamp(),
    add column ended_at timestamptz,
    add column failed   text,
    add column done     int not null default 0,
    add column listed   int not null default 0;
update reconciliation set ended_at = at, alive_at = at, done = workflows;
create unique index reconciliation_one_at_a_time on reconciliation ((true)) where ended_at is null;
grant update on reconciliation to luongxanh_app;

-- Every difference of the newest comparison, in the order in which they were found. It goes when the next one has ended.
create table reconciliation_difference (
    reconciliation bigint not null references reconciliation on delete cascade,
    place          int    not null,
    difference     text   not null,
    name           text   not null,
    version        int,
    known          int,
    run            text,
    detail         text,
    primary key (reconciliation, place)
);
create index reconciliation_difference_kind on reconciliation_difference (reconciliation, difference, place);
grant select, insert, delete on reconciliation_difference to luongxanh_app;
grant select on reconciliation_difference to luongxanh_reader;
