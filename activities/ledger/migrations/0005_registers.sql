-- Published rules, by the hash of their text. Append-only: a dossier pins the hash and must find the rule for ever.
-- The text is kept as it was hashed; the database itself refuses a text under a hash that is not its own.
create table rule (
    hash         text        not null primary key check (hash = encode(sha256(convert_to(body, 'UTF8')), 'hex')),
    kind         text        not null,
    code         text        generated always as (body::jsonb ->> 'code') stored,
    body         text        not null,
    published_at timestamptz not null default clock_timestamp()
);
create trigger append_only before update or delete or truncate on rule
    for each statement execute function refuse_change();
alter table rule enable always trigger append_only;
grant select, insert on rule to luongxanh_app;
grant select on rule to luongxanh_reader;

-- Dossier codes: the sequence of each authority and day, and which intake key was given which code.
create table dossier_sequence (
    authority text not null,
    day       date not null,
    last      int  not null,
    primary key (authority, day)
) with (fillfactor = 50);

create table dossier_code (
    key          text        not null primary key,
    code         text        not null unique,
    fingerprint  text        not null,
    allocated_at timestamptz not null default clock_timestamp()
);
create trigger append_only before update or delete or truncate on dossier_code
    for each statement execute function refuse_change();
alter table dossier_code enable always trigger append_only;
grant select, insert, update on dossier_sequence to luongxanh_app;
grant select, insert on dossier_code to luongxanh_app;
grant select on dossier_code to luongxanh_reader;

-- The same key gets the same code, however often and from however many places it asks; a number may be lost, none is
-- given twice. `given` is the fingerprint of what was sent under the key.
create function allocate_code(intake_key text, of_authority text, on_day date, given text, out code text, out known text)
language plpgsql as $$
declare
    number int;
begin
    select entry.code, entry.fingerprint into code, known from dossier_code entry where entry.key = intake_key;
    if found then
        return;
    end if;
    insert into dossier_sequence as counter values (of_authority, on_day, 1)
    on conflict (authority, day) do update set last = counter.last + 1
    returning counter.last into number;
    insert into dossier_code as entry (key, code, fingerprint)
    values (
        intake_key,
        concat_ws('-', of_authority, to_char(on_day, 'YYMMDD'), lpad(number::text, greatest(4, length(number::text)), '0')),
        given
    )
    on conflict (key) do nothing
    returning entry.code, entry.fingerprint into code, known;
    if not found then
        select entry.code, entry.fingerprint into code, known from dossier_code entry where entry.key = intake_key;
    end if;
end
$$;

-- How far each reader of the feed has come.
create table cursor (
    reader     text        not null primary key,
    xid        xid8        not null,
    position   bigint      not null,
    moved_at   timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
grant select, insert, update on cursor to luongxanh_app;
grant select on cursor to luongxanh_reader;
