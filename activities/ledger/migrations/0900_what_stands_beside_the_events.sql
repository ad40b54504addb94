-- Who ever followed the feed. A cursor that is gone, or stands under another name, would hand everything on again or
-- nothing any more: it is missed here.
create table feed_reader (
    reader text        not null primary key,
    since  timestamptz not null default clock_timestamp()
);
insert into feed_reader (reader) select reader from cursor;
create trigger append_only before update or delete or truncate on feed_reader
    for each statement execute function refuse_change();
alter table feed_reader enable always trigger append_only;
grant select, insert on feed_reader to luongxanh_app;
grant select on feed_reader to luongxanh_reader;

create function remember_reader() returns trigger
language plpgsql as $$
begin
    insert into feed_reader (reader) values (new.reader) on conflict do nothing;
    return null;
end
$$;
create trigger remember_reader after insert on cursor for each row execute function remember_reader();
alter table cursor enable always trigger remember_reader;

create function keep_reader() returns trigger
language plpgsql as $$
begin
    raise exception using
        errcode = 'LX003',
        message = format('reader_kept: a reader of the feed stays, %s is refused', lower(tg_op)),
        hint = 'To begin anew: update cursor set xid = ''0'', position = 0, passed = 0 where reader = …';
end
$$;
create trigger keep_reader before delete or truncate or update of reader on cursor
    for each statement execute function keep_reader();
alter table cursor enable always trigger keep_reader;

-- What ran, and what it said: the runner adds rows, nobody changes them.
create trigger append_only before update or delete or truncate on migration
    for each statement execute function refuse_change();
alter table migration enable always trigger append_only;
grant select on migration to luongxanh_app, luongxanh_reader;

-- A number of a dossier's code is no longer lost when the same key is sent twice at once, so that the counter is exactly
-- the last number that was given. The counter's row is locked until the end: nobody has taken the next number meanwhile.
-- Numbers that were lost at the end of a day under an earlier release were given to nobody, and are given now.
lock table dossier_sequence, dossier_code in share row exclusive mode;
update dossier_sequence counter set last = given.last
from (
    select sequence.authority, sequence.day, coalesce(max(part[3]::bigint), 0)::int as last
    from dossier_sequence sequence
    left join (
        select regexp_match(code, '^(.*)-([0-9]{6})-([0-9]{1,9})$') as part from dossier_code
    ) as entry on part[1] = sequence.authority and part[2] = to_char(sequence.day, 'YYMMDD')
    group by sequence.authority, sequence.day
) as given
where (given.authority, given.day) = (counter.authority, counter.day) and given.last < counter.last;

create or replace function allocate_code(
    intake_key text, of_authority text, on_day date, given text, out code text, out known text
)
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
        update dossier_sequence set last = last - 1 where authority = of_authority and day = on_day;
        select entry.code, entry.fingerprint into code, known from dossier_code entry where entry.key = intake_key;
    end if;
end
$$;
