-- A change of rules carried to the open dossiers, one by one: what was ordered, by whom and why, and what came of it
-- for every dossier. The events themselves stand in the ledger; this is the list by which the work goes on after a stop.
create table rollout (
    id          uuid        not null primary key,
    kind        text        not null check (kind in ('calendar', 'organisation')),
    file_hash   text        not null,
    plan        jsonb       not null,
    who         text        not null,
    why         text        not null,
    begun_at    timestamptz not null default clock_timestamp(),
    finished_at timestamptz
);
-- One at a time of each kind: two letters that overtook each other would leave dossiers under either of them.
create unique index rollout_one_at_a_time on rollout (kind) where finished_at is null;

create table rollout_item (
    rollout  uuid        not null references rollout,
    dossier  text        not null,
    state    text        not null default 'pending'
        check (state in ('pending', 'done', 'unchanged', 'refused', 'waiting')),
    code     text,
    detail   jsonb,
    attempts int         not null default 0,
    at       timestamptz not null default clock_timestamp(),
    primary key (rollout, dossier)
) with (fillfactor = 70);
create index rollout_item_pending on rollout_item (rollout, attempts, dossier) where state = 'pending';

grant select, insert, update on rollout, rollout_item to luongxanh_app;
grant select on rollout, rollout_item to luongxanh_reader;
