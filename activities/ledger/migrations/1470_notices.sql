-- The notices to applicants: one row each, written before anything is sent. No personal data: where the person is reached,
-- and by which name, is looked up in the vault when it is sent.
-- `channels`: in the order in which they are tried; `channel`: whose turn it is; `gone`: those that have refused it or could
-- not be reached, each with the reason. `doubt_since`: since when it is not known whether a try had its effect.
-- `span`: of the event after a restore to an earlier moment; a lost event may have had the same key.
create table notice (
    number      bigint      generated always as identity primary key,
    key         text        not null unique,
    dossier     text        not null,
    version     int         not null,
    kind        text        not null,
    facts       jsonb       not null,
    channels    text[]      not null check (cardinality(channels) > 0),
    channel     text        not null,
    gone        text[]      not null default '{}',
    state       text        not null default 'waiting'
        check (state in ('waiting', 'sent', 'refused', 'out_of_date', 'opted_out', 'unreachable')),
    made_at     timestamptz not null default clock_timestamp(),
    next_try    timestamptz not null default clock_timestamp(),
    doubt_since timestamptz,
    tries       int         not null default 0,
    code        text,
    message_id  text,
    done_at     timestamptz,
    span        int         not null default 0,
    check ((state = 'waiting') = (done_at is null))
);
create index notice_waiting on notice (channel, number) where state = 'waiting';
create index notice_of_dossier on notice (dossier, version);
grant select, insert, update on notice to luongxanh_app;
grant select on notice to luongxanh_reader;

-- Who takes no notices by a channel. `contact` is a keyed hash of the number or the mailbox, never the contact itself. An
-- opt-out that was taken back keeps its row.
create table notice_opt_out (
    number    bigint      generated always as identity primary key,
    contact   text        not null check (length(contact) = 64),
    channel   text        not null check (channel in ('zalo', 'sms', 'email')),
    how       text        not null check (how in ('desk', 'link')),
    who       text        not null,
    why       text        not null,
    at        timestamptz not null default clock_timestamp(),
    undone_at  timestamptz,
    undone_by  text,
    undone_why text,
    check ((undone_at is null) = (undone_by is null) and (undone_at is null) = (undone_why is null))
);
create unique index notice_opt_out_now on notice_opt_out (contact, channel) where undone_at is null;
grant select, insert, update on notice_opt_out to luongxanh_app;
grant select on notice_opt_out to luongxanh_reader;

-- The key of those hashes. It stands in the vault: without it nobody can try all numbers against a copy of the table.
create table vault.contact_key (
    only_row boolean not null primary key default true check (only_row),
    secret   text    not null
);
insert into vault.contact_key (secret) values (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
grant select on vault.contact_key to luongxanh_app;

-- The applicants were told of the events up to here by an earlier release, which wrote no rows: where the relay begins
-- again, they are not told of them once more.
create table notice_before (
    only_row boolean not null primary key default true check (only_row),
    xid      xid8    not null,
    position bigint  not null
);
insert into notice_before (xid, position) select xid, position from cursor where reader = 'notices';
grant select on notice_before to luongxanh_app;
