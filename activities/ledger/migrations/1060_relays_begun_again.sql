-- Every relay that began again from the first event: who ordered it, why, and where it stood. The place is null where its
-- cursor was gone.
create table relay_begun_again (
    number         bigint      generated always as identity primary key,
    reader         text        not null,
    stood_xid      xid8,
    stood_position bigint,
    passed         bigint,
    who            text        not null,
    why            text        not null,
    at             timestamptz not null default clock_timestamp(),
    xid            xid8        not null default this_transaction()
);
create trigger append_only before update or delete or truncate on relay_begun_again
    for each statement execute function refuse_change();
alter table relay_begun_again enable always trigger append_only;
grant select, insert on relay_begun_again to luongxanh_app;
grant select on relay_begun_again to luongxanh_reader;

-- As before; the hint names the command.
create or replace function keep_reader() returns trigger
language plpgsql as $$
begin
    raise exception using
        errcode = 'LX003',
        message = format('reader_kept: a reader of the feed stays, %s is refused', lower(tg_op)),
        hint = 'To begin again from the first event: luongxanh relay begin-again';
end
$$;
