-- Documents on the axis between authorities. What we sent, and what the receivers said of it, is evidence: rows are only
-- added. The identifier follows from the event that the document tells of, so the same event sends one document.
create table document_sent (
    id        text        primary key,
    dossier   text        not null,
    version   int         not null,
    purpose   text        not null check (purpose in ('opinion', 'result', 'recall')),
    about     text        references document_sent check ((about is not null) = (purpose = 'recall')),
    sender    text        not null,
    receivers text[]      not null check (cardinality(receivers) between 1 and 100),
    at        timestamptz not null default clock_timestamp(),
    xid       xid8        not null default this_transaction()
);
create index document_sent_by_dossier on document_sent (dossier, version);
create table document_stage (
    number   bigint      generated always as identity primary key,
    document text        not null references document_sent,
    organ    text        not null,
    stage    text        not null,
    said_at  timestamptz not null,
    message  text        not null,
    at       timestamptz not null default clock_timestamp(),
    xid      xid8        not null default this_transaction(),
    unique (document, organ, stage)
);
create trigger append_only before update or delete or truncate on document_sent
    for each statement execute function refuse_change();
alter table document_sent enable always trigger append_only;
create trigger append_only before update or delete or truncate on document_stage
    for each statement execute function refuse_change();
alter table document_stage enable always trigger append_only;
grant select, insert on document_sent, document_stage to luongxanh_app;
grant select on document_sent, document_stage to luongxanh_reader;

-- What came for us: a list by which work goes on. An opinion that came of it stands in the events of its dossier.
create table document_received (
    message     text        primary key,
    sender      text        not null,
    digest      text        not null,
    at          timestamptz not null default clock_timestamp(),
    state       text        not null default 'kept' check (state in ('kept', 'done', 'refused', 'person', 'settled')),
    kind        text        check (kind in ('document', 'recall', 'status')),
    document    text,
    answers     text,
    dossier     text,
    version     int,
    code        text        check (state not in ('refused', 'person') or code is not null),
    attempt     int         not null default 0,
    due         text,
    told        text,
    settled_by  text,
    settled_why text,
    settled_at  timestamptz,
    check ((state = 'settled') = (settled_by is not null))
);
create index document_received_to_judge on document_received (at) where state = 'kept';
create index document_received_for_people on document_received (at) where state in ('refused', 'person');
create index document_received_to_tell on document_received (at) where due is distinct from told;
create index document_received_by_document on document_received (document);
create index document_received_by_dossier on document_received (dossier, version);
grant select, insert, update on document_received to luongxanh_app;
grant select on document_received to luongxanh_reader;

-- The envelopes themselves: letters hold personal data, so they stand in the vault and can be erased.
create table vault.document (
    message   text        primary key,
    envelope  bytea,
    at        timestamptz not null default clock_timestamp(),
    erased_at timestamptz,
    check ((erased_at is null) = (envelope is not null))
);
grant select, insert on vault.document to luongxanh_app;

-- Erases one envelope, and writes down who and why. Answers whether it was there.
create function vault.erase_document(wanted text, of_dossier text, who text, why text) returns boolean
language plpgsql security definer set search_path = vault, pg_temp as $$
begin
    update vault.document set envelope = null, erased_at = clock_timestamp()
    where message = wanted and erased_at is null;
    if not found then
        return false;
    end if;
    insert into vault.erasure (commitment, dossier, who, why) values (wanted, of_dossier, who, why);
    return true;
end
$$;
revoke execute on function vault.erase_document(text, text, text, text) from public;
grant execute on function vault.erase_document(text, text, text, text) to luongxanh_app;
