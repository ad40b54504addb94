-- The sign-ins of people at the web console. `id` is the SHA-256 of the secret in the browser's cookie, so that who reads
-- this table can use no session. A session ends when the person signs out, when it lay idle, or at `ends_at`.
create table console_session (
    id        bytea       not null primary key check (length(id) = 32),
    principal jsonb       not null,
    opened_at timestamptz not null default clock_timestamp(),
    seen_at   timestamptz not null default clock_timestamp(),
    ends_at   timestamptz not null
);
create index console_session_by_end on console_session (ends_at);
grant select, insert, update, delete on console_session to luongxanh_app;
