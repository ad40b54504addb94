-- A rollout can be given up: what was not yet carried to a dossier stays as it is, and another rollout may begin.
alter table rollout add column abandoned_at timestamptz;
alter table rollout_item drop constraint rollout_item_state_check;
alter table rollout_item add constraint rollout_item_state_check
    check (state in ('pending', 'done', 'unchanged', 'refused', 'waiting', 'abandoned'));

-- Who ordered, stopped, resumed or abandoned a rollout, and why. The first release wrote only the first order, and took
-- any text for the person; those rows stay as they are.
create table rollout_act (
    number  bigint      generated always as identity primary key,
    rollout uuid        not null references rollout,
    act     text        not null check (act in ('ordered', 'resumed', 'stopped', 'abandoned')),
    who     text        not null,
    why     text        not null,
    at      timestamptz not null default clock_timestamp()
);
create index rollout_act_by_rollout on rollout_act (rollout, number);
create trigger append_only before update or delete or truncate on rollout_act
    for each statement execute function refuse_change();
alter table rollout_act enable always trigger append_only;
grant select, insert on rollout_act to luongxanh_app;
grant select on rollout_act to luongxanh_reader;
