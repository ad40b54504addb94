-- The answers to requests that act, by the caller's own key, so that a request that is sent again gets the same answer.
-- A row without an answer belongs to a request that is being answered since `taken_at`. Answers hold secrets (of receipts,
-- of webhooks): only the application reads them.
create table kept_answer (
    caller      text        not null,
    key         text        not null,
    fingerprint bytea       not null,
    command_id  uuid        not null,
    taken_at    timestamptz not null default clock_timestamp(),
    answered_at timestamptz,
    status      int,
    headers     jsonb,
    body        text,
    primary key (caller, key)
);
create index kept_answer_by_age on kept_answer (taken_at);
create unique index kept_answer_by_command on kept_answer (caller, command_id);
grant select, insert, update, delete on kept_answer to luongxanh_app;
