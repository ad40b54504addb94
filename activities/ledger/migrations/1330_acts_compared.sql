-- How far along the feed the last acts of people were compared with what their workflows know. One row, or
-- none before the first look. `at`: what was written before it was compared.
create table acts_compared (
    only_row   boolean     not null primary key default true check (only_row),
    xid        xid8        not null,
    "position" bigint      not null,
    at         timestamptz not null
);

-- The dossiers whose workflow did not know their last act when it was asked. A row goes when it does.
create table act_unknown (
    dossier text        not null primary key,
    since   timestamptz not null default clock_timestamp()
);
grant select, insert, update on acts_compared to luongxanh_app;
grant select, insert, delete on act_unknown to luongxanh_app;
grant select on acts_compared, act_unknown to luongxanh_reader;
