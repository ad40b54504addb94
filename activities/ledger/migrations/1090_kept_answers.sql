-- The answers to requests that act, by the caller's own key, so that a request that is sent again gets the same answer.
-- A row without an answer belongs to a request that is being answered since `taken_at`.
create table kept_answer (
    caller      text        not null,
    key         text        not null,
    fingerprint bytea       not null,
    taken_at    timestamptz not null default clock_timestamp(),
    answered_at timestamptz,
    status      int,
    headers     jsonb,
    body        text,
    primary key (caller, key)
);
create index kept_answer_by_age on kept_answer (taken_at);
grant select, insert, update, delete on kept_answer to luongxanh_app;
grant select on kept_answer to luongxanh_reader;
