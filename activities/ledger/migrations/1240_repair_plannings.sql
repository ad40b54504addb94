-- Plans of repairs that are being made in the background: how many dossiers were looked at, and what came of it. Without a
-- sign of life (`told_at`) the process that made it has ended. No reason stands here: it is checked only while the dossiers
-- are looked at, and then it is in the plan.
create table repair_planning (
    id               uuid        not null primary key,
    kind             text        not null,
    who              text        not null,
    dossiers         integer     not null check (dossiers > 0),
    looked           integer     not null default 0 check (looked between 0 and dossiers),
    begun_at         timestamptz not null default clock_timestamp(),
    told_at          timestamptz not null default clock_timestamp(),
    cancelled_by     text,
    cancelled_why    text,
    ended_at         timestamptz,
    plan             text        references repair_plan,
    refused          text,
    refused_because  jsonb,
    check ((cancelled_by is null) = (cancelled_why is null)),
    check ((ended_at is null) or num_nonnulls(cancelled_by, plan, refused) >= 1)
);
grant select, insert, update, delete on repair_planning to luongxanh_app;
grant select on repair_planning to luongxanh_reader;
