-- Personal data, apart from the record. A row is found by its commitment, which is all that an event says of it.
create schema vault;
grant usage on schema vault to luongxanh_app;

create table vault.personal (
    commitment text        not null primary key check (commitment ~ '^[0-9a-f]{64}$'),
    dossier    text,
    salt       bytea,
    body       jsonb,
    created_at timestamptz not null default clock_timestamp(),
    erased_at  timestamptz,
    check ((erased_at is null) = (salt is not null) and (salt is null) = (body is null))
);
create index personal_by_dossier on vault.personal (dossier);
create index personal_by_age on vault.personal (created_at);

-- Which events speak of a row; written in the transaction of the events. What nothing speaks of may be swept away.
create table vault.reference (
    commitment text not null references vault.personal,
    dossier    text not null,
    version    int  not null,
    primary key (commitment, dossier, version)
);
create index reference_by_dossier on vault.reference (dossier);

-- Who erased what, and why: append-only like the record itself. `dossier` null: known by the commitment alone.
create table vault.erasure (
    commitment text        not null,
    dossier    text,
    who        text        not null check (who <> ''),
    why        text        not null check (why <> ''),
    at         timestamptz not null default clock_timestamp(),
    primary key (commitment, at)
);
create trigger append_only before update or delete or truncate on vault.erasure
    for each statement execute function refuse_change();
alter table vault.erasure enable always trigger append_only;

-- The application may add and read, never change or remove, except through the two functions below.
grant select, insert on vault.personal, vault.reference to luongxanh_app;
grant select on vault.erasure to luongxanh_app;

-- Removes the data and its salt, so that the commitment can never be matched again, and writes down who and why.
-- Answers when it was erased, now or earlier; null where there is no such row.
create function vault.erase(wanted text, who text, why text) returns timestamptz
language plpgsql security definer set search_path = vault, pg_temp as $$
declare
    found_row vault.personal;
begin
    select * into found_row from vault.personal where commitment = wanted for update;
    if found_row.commitment is null or found_row.erased_at is not null then
        return found_row.erased_at;
    end if;
    update vault.personal set salt = null, body = null, erased_at = clock_timestamp() where commitment = wanted
    returning * into found_row;
    insert into vault.erasure (commitment, dossier, who, why, at)
    values (wanted, found_row.dossier, who, why, found_row.erased_at);
    return found_row.erased_at;
end
$$;

-- Removes what was kept for a command that never came: older than `age` (at least an hour) and spoken of by no event.
create function vault.sweep(age interval) returns bigint
language plpgsql security definer set search_path = vault, pg_temp as $$
declare
    removed bigint;
begin
    delete from vault.personal old
    where old.created_at < clock_timestamp() - greatest(age, interval '1 hour')
      and old.erased_at is null
      and not exists (select from vault.reference where reference.commitment = old.commitment);
    get diagnostics removed = row_count;
    return removed;
end
$$;

revoke execute on function vault.erase(text, text, text), vault.sweep(interval) from public;
grant execute on function vault.erase(text, text, text), vault.sweep(interval) to luongxanh_app;
