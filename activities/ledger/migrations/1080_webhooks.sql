-- Who wants the events of the ledger sent to an address, and how far each has got. The ledger itself is the queue: a row
-- of `webhook_behind` stands only for a dossier whose events could not be sent when it was their turn.
create table webhook (
    id           text        not null primary key,
    owner_kind   text        not null check (owner_kind in ('service', 'person')),
    owner        text        not null,
    url          text        not null,
    filter       jsonb       not null,
    state        text        not null check (state in ('active', 'paused', 'disabled', 'deleted')),
    because      text,
    sent_xid     xid8        not null,
    sent_position bigint     not null,
    failures     int         not null default 0,
    rests_until  timestamptz,
    untold       text,
    created_at   timestamptz not null default clock_timestamp(),
    created_by   text        not null,
    changed_at   timestamptz not null default clock_timestamp(),
    changed_by   text        not null
);
create index webhook_by_owner on webhook (owner_kind, owner, created_at, id) where state <> 'deleted';

-- The secrets that sign. Each is shown once, when it is made; whoever reads statistics cannot read them.
create table webhook_secret (
    number     bigint      generated always as identity primary key,
    webhook    text        not null references webhook,
    secret     text        not null,
    created_at timestamptz not null default clock_timestamp(),
    ends_at    timestamptz
);
create index webhook_secret_of on webhook_secret (webhook, number);

-- A dossier whose events wait for one receiver, from `version` on. `dead_at`: every try failed, and a person decides.
create table webhook_behind (
    webhook  text        not null references webhook,
    dossier  text        not null,
    version  int         not null check (version > 0),
    tries    int         not null default 0,
    next_try timestamptz not null default clock_timestamp(),
    code     text        not null,
    since    timestamptz not null default clock_timestamp(),
    dead_at  timestamptz,
    untold   boolean     not null default false,
    primary key (webhook, dossier)
);
create index webhook_behind_due on webhook_behind (webhook, next_try) where dead_at is null;
create index webhook_behind_dead on webhook_behind (dead_at) where dead_at is not null;

grant select, insert, update on webhook to luongxanh_app;
grant select, insert, update, delete on webhook_secret, webhook_behind to luongxanh_app;
grant select on webhook, webhook_behind to luongxanh_reader;
