-- Rows of the registers that are only ever added to carry the transaction that wrote them, as events do: by it a checkpoint
-- lists what is new. What is here already comes under the next checkpoint; of the codes of dossiers, of which there are
-- as many as dossiers, only those that are given from now on.
alter table rule add column xid xid8 not null default pg_current_xact_id();
alter table vault.erasure add column xid xid8 not null default pg_current_xact_id();
alter table dossier_restart add column xid xid8 not null default pg_current_xact_id();
alter table rollout_act add column xid xid8 not null default pg_current_xact_id();
alter table feed_reader add column xid xid8 not null default pg_current_xact_id();
alter table migration add column xid xid8 not null default pg_current_xact_id();

alter table dossier_code add column xid xid8 not null default '0';
alter table dossier_code alter column xid set default pg_current_xact_id();
create index dossier_code_in_order on dossier_code (xid);

-- Which checkpoints were made, beside the log outside of the database: a log that lost its newest lines is told by it.
create table checkpoint_made (
    at   timestamptz not null,
    size bigint      not null,
    root text        not null,
    primary key (at, size)
);
create trigger append_only before update or delete or truncate on checkpoint_made
    for each statement execute function refuse_change();
alter table checkpoint_made enable always trigger append_only;
grant select, insert on checkpoint_made to luongxanh_app;
grant select on checkpoint_made to luongxanh_reader;
