-- The results of comparing Temporal with the ledger. `counts` has the kinds of differences, `examples` some of each.
create table reconciliation (
    number    bigint      generated always as identity primary key,
    at        timestamptz not null default clock_timestamp(),
    who       text        not null,
    workflows int         not null,
    dossiers  int         not null,
    moving    int         not null,
    whole     boolean     not null,
    counts    jsonb       not null,
    examples  jsonb       not null
);
grant select, insert, delete on reconciliation to luongxanh_app;
grant select on reconciliation to luongxanh_reader;

-- Every workflow that an operator ended because it had no dossier of its own or its dossier had ended: who, why, and what
-- was found. It is recorded before it is done.
create table workflow_ended (
    number   bigint      generated always as identity primary key,
    workflow text        not null,
    run      text        not null,
    found    text        not null,
    who      text        not null,
    why      text        not null,
    at       timestamptz not null default clock_timestamp(),
    xid      xid8        not null default this_transaction()
);
create trigger append_only before update or delete or truncate on workflow_ended
    for each statement execute function refuse_change();
alter table workflow_ended enable always trigger append_only;
grant select, insert on workflow_ended to luongxanh_app;
grant select on workflow_ended to luongxanh_reader;
