-- Every time that read models made again beside the live ones took their place: who ordered it, why, of how many dossiers,
-- and in how many rows of each table they differed.
create table read_models_swapped (
    number      bigint      generated always as identity primary key,
    who         text        not null,
    why         text        not null,
    dossiers    int         not null,
    differences jsonb       not null,
    at          timestamptz not null default clock_timestamp(),
    xid         xid8        not null default this_transaction()
);
create trigger append_only before update or delete or truncate on read_models_swapped
    for each statement execute function refuse_change();
alter table read_models_swapped enable always trigger append_only;
grant select on read_models_swapped to luongxanh_app, luongxanh_reader;
