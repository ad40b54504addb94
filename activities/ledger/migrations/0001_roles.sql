-- Who may touch the ledger. Roles belong to the whole server, so another database may have made them already,
-- even at this very moment: whoever comes second finds them there.
do $$
begin
    begin
        create role luongxanh_app login;
    exception when duplicate_object or unique_violation then null;
    end;
    begin
        -- Screens and statistics of others: reads the record and the read models, never the vault.
        create role luongxanh_reader nologin;
    exception when duplicate_object or unique_violation then null;
    end;
end
$$;

grant usage on schema public to luongxanh_app, luongxanh_reader;

-- The guard of every append-only table, for its owner as well: `enable always` holds even in replication mode.
create function refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception using
        errcode = 'LX003',
        message = format('append_only: %s is append-only, %s is refused', tg_table_name, lower(tg_op)),
        hint = 'Correct a wrong entry by a new event beside it.';
end
$$;
