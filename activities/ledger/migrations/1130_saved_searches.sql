-- Searches of the register that people keep under a name, for themselves or for others. Whoever opens one sees only the
-- dossiers in their own reach. A deleted row stays for some weeks, so that the deletion can be undone.
create table saved_search (
    id          text        not null primary key,
    owner       text        not null,
    name        text        not null check (length(name) between 1 and 100),
    filter      jsonb       not null check (octet_length(filter::text) <= 16000),
    sort        text        not null,
    columns     text[]      not null,
    shared_with text        not null check (shared_with in ('nobody', 'unit', 'province')),
    shared_unit text        check ((shared_unit is not null) = (shared_with = 'unit')),
    version     int         not null default 1 check (version > 0),
    created_at  timestamptz not null default clock_timestamp(),
    changed_at  timestamptz not null default clock_timestamp(),
    deleted_at  timestamptz
);
create index saved_search_by_owner on saved_search (owner, name);
create index saved_search_by_unit on saved_search (shared_unit) where shared_with = 'unit' and deleted_at is null;
create index saved_search_of_province on saved_search (name) where shared_with = 'province' and deleted_at is null;
create index saved_search_deleted on saved_search (deleted_at) where deleted_at is not null;
grant select, insert, update, delete on saved_search to luongxanh_app;
