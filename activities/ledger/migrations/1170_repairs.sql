-- Repairs of dossiers: the plans that operators made, who approved them, and their runs, which are rollouts of a third kind.
create table repair_plan (
    hash    text        not null primary key,
    plan    text        not null,
    who     text        not null,
    why     text        not null,
    at      timestamptz not null default clock_timestamp(),
    xid     xid8        not null default this_transaction(),
    check (hash = encode(sha256(convert_to(plan, 'UTF8')), 'hex'))
);
create table repair_approval (
    number  bigint      generated always as identity primary key,
    plan    text        not null references repair_plan,
    who     text        not null,
    why     text        not null,
    at      timestamptz not null default clock_timestamp(),
    xid     xid8        not null default this_transaction(),
    unique (plan, who)
);
create trigger append_only before update or delete or truncate on repair_plan
    for each statement execute function refuse_change();
alter table repair_plan enable always trigger append_only;
create trigger append_only before update or delete or truncate on repair_approval
    for each statement execute function refuse_change();
alter table repair_approval enable always trigger append_only;
grant select, insert on repair_plan, repair_approval to luongxanh_app;
grant select on repair_plan, repair_approval to luongxanh_reader;

alter table rollout drop constraint rollout_kind_check;
alter table rollout add constraint rollout_kind_check check (kind in ('calendar', 'organisation', 'repair'));
-- Several repairs may be unfinished; each is about its own dossiers.
drop index rollout_one_at_a_time;
create unique index rollout_one_at_a_time on rollout (kind) where finished_at is null and kind <> 'repair';

alter table rollout_item drop constraint rollout_item_state_check;
alter table rollout_item add constraint rollout_item_state_check check (
    state in ('pending', 'done', 'unchanged', 'refused', 'waiting', 'abandoned', 'moved_on', 'not_cured')
);
-- What the plan of a repair saw of the dossier, and how far the repair is: begun before anything is done, acted afterwards.
alter table rollout_item add column finding jsonb;
alter table rollout_item add column begun_at timestamptz;
alter table rollout_item add column acted_at timestamptz;
create unique index rollout_item_under_repair on rollout_item (dossier) where state = 'pending' and finding is not null;
