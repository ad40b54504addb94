-- What members of staff are told about dossiers, one line for each recipient, until a digest collects it.
-- `since`: when the line was written; the digest is counted from it, so that events that a relay catches up with come
-- together. `digest`: null while the line waits.
create table digest (
    id          uuid        not null primary key default gen_random_uuid(),
    recipient   text        not null,
    lines       int         not null check (lines > 0),
    text        text        not null,
    made_at     timestamptz not null,
    sent_at     timestamptz,
    message_id  text,
    refused     text,
    check (sent_at is null or refused is null)
);
create index digest_unsent on digest (made_at, id) where sent_at is null and refused is null;
create index digest_refused on digest (made_at) where refused is not null;
create table staff_notice (
    dossier    text        not null,
    version    int         not null,
    recipient  text        not null,
    matter     text        not null,
    due        timestamptz,
    answer_by  timestamptz,
    since      timestamptz not null default clock_timestamp(),
    digest     uuid references digest,
    primary key (dossier, version, recipient)
);
create index staff_notice_waiting on staff_notice (recipient, since) where digest is null;
grant select, insert, update on digest, staff_notice to luongxanh_app;
grant select on digest, staff_notice to luongxanh_reader;
