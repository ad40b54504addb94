-- What operators ordered for a webhook of any owner: who, what and why, before it was carried out.
create table webhook_order (
    number  bigint      generated always as identity primary key,
    webhook text        not null,
    act     text        not null check (act in ('pause', 'resume', 'retry', 'skip')),
    dossier text        check ((dossier is not null) = (act = 'skip')),
    who     text        not null,
    why     text        not null,
    at      timestamptz not null default clock_timestamp(),
    xid     xid8        not null default this_transaction()
);
create trigger append_only before update or delete or truncate on webhook_order
    for each statement execute function refuse_change();
alter table webhook_order enable always trigger append_only;
grant select, insert on webhook_order to luongxanh_app;
grant select on webhook_order to luongxanh_reader;
