-- Which numbers stand for which dossier is said once, by `numbers_of`: the append claims by it, `ledger verify` compares
-- the register with it, `ledger rebuild` puts the register right by it. A cashier's receipt is such a number now, too.
--
-- Events of release 0.1 name no register. The number was then given by the unit that signed, resolved or took the money:
-- by its authority in the organisation that the dossier had pinned, or by its code where no such unit is found.
alter table number_in_use drop constraint number_in_use_kind_check;
alter table number_in_use add check (kind in ('result', 'brought_over', 'voucher'));
create index number_in_use_by_dossier on number_in_use (dossier);
drop index number_in_use_unsettled;
drop index event_by_voucher;

-- A result's number is claimed when its signature is ordered, is settled when it is given, and is claimed no longer once
-- something else has followed. `version` is that of the event that claims; `written` the number as it was typed.
create function numbers_of(dossiers text[])
returns table (kind text, register text, number text, written text, dossier text, settled boolean, version int)
language sql stable as $$
    with unit as materialized (
        select rule.hash as organisation, one ->> 'code' as code, one ->> 'authority_id' as authority,
               (one ->> 'valid_from')::date as valid_from, (one ->> 'valid_to')::date as valid_to
        from rule cross join jsonb_array_elements(
            case when jsonb_typeof(rule.body::jsonb -> 'units') = 'array' then rule.body::jsonb -> 'units' end
        ) as one
        where rule.kind = 'organisation'
    ),
    about_result as (
        select event.*, lead(event.kind) over (partition by event.dossier order by event.version) as next_kind
        from event
        where event.dossier = any (dossiers) and event.kind in (
            'signature_requested', 'result_numbered', 'result_rejected', 'dossier_resolved', 'dossier_withdrawn',
            'dossier_stopped'
        )
    ),
    claim as (
        select 'result' as kind, said.body ->> 'numbered_by' as authority,
               coalesce(said.body ->> 'unit', said.actor_unit) as unit,
               '/' || extract(year from said.at at time zone interval '7 hours') as year,
               said.body ->> 'result_number' as written, said.dossier, said.version, said.at,
               said.kind = 'dossier_resolved' or said.next_kind is not null as settled
        from about_result said
        where (said.kind = 'signature_requested' and coalesce(said.next_kind, 'result_numbered') = 'result_numbered')
           or (said.kind = 'dossier_resolved' and coalesce(said.body ->> 'numbered_by', said.actor_unit) is not null)
        union all
        select 'voucher', said.body ->> 'receipted_by', said.actor_unit, '', said.body ->> 'reference', said.dossier,
               said.version, said.at, true
        from event said
        where said.dossier = any (dossiers) and said.kind = 'payment_confirmed' and said.body ->> 'by' = 'cashier'
        union all
        select 'brought_over', said.body -> 'brought_over' ->> 'system', null, '',
               said.body -> 'brought_over' ->> 'code', said.dossier, said.version, said.at, true
        from event said
        where said.dossier = any (dossiers) and said.kind = 'dossier_submitted'
          and jsonb_typeof(said.body -> 'brought_over') = 'object'
    ),
    placed as (
        select claim.*, coalesce(claim.authority, (
            select unit.authority from unit
            where unit.code = claim.unit and unit.valid_from <= (claim.at at time zone interval '7 hours')::date
              and coalesce(unit.valid_to >= (claim.at at time zone interval '7 hours')::date, true)
              and unit.organisation = (
                  select coalesce(pinned.body -> 'pins' ->> 'organisation', pinned.body ->> 'organisation')
                  from event pinned
                  where pinned.dossier = claim.dossier and pinned.version < claim.version
                    and pinned.kind in ('dossier_submitted', 'dossier_accepted', 'moved_to_successor')
                  order by pinned.version desc limit 1
              )
            limit 1
        ), claim.unit) || claim.year as register
        from claim
    )
    select placed.kind, placed.register, number_as_compared(placed.written), min(placed.written), placed.dossier,
           bool_or(placed.settled), min(placed.version)
    from placed
    where placed.register is not null and placed.written is not null
    group by placed.kind, placed.register, number_as_compared(placed.written), placed.dossier
$$;

-- A number that is given back at this moment is looked at again: it may be had. Only the register's own key says that a
-- number is taken: a key that somebody adds beside it is an error that is told, or the claim would look for ever.
create or replace function claim_number(
    of_kind text, in_register text, written text, for_dossier text, is_settled boolean
) returns void
language plpgsql as $$
declare
    compared text := number_as_compared(written);
    holder   text;
begin
    loop
        insert into number_in_use values (of_kind, in_register, compared, for_dossier, is_settled)
        on conflict (kind, register, number) do nothing;
        select dossier into holder from number_in_use
        where kind = of_kind and register = in_register and number = compared;
        exit when found;
    end loop;
    if holder <> for_dossier then
        raise exception using errcode = 'LX005', message = written, detail = holder, hint = of_kind;
    end if;
    update number_in_use set settled = true
    where is_settled and not settled and kind = of_kind and register = in_register and number = compared;
end
$$;

-- Only the event that claims a number is refused. What follows by itself takes what is free, so that nothing is stuck.
create or replace function claim_numbers() returns trigger
language plpgsql as $$
declare
    claimed record;
begin
    if new.kind not in (
        'dossier_submitted', 'signature_requested', 'result_numbered', 'result_rejected', 'dossier_resolved',
        'dossier_withdrawn', 'dossier_stopped', 'payment_confirmed'
    )
    or (new.kind = 'dossier_submitted' and jsonb_typeof(new.body -> 'brought_over') is distinct from 'object')
    or (new.kind = 'payment_confirmed' and new.body ->> 'by' <> 'cashier') then
        return null;
    end if;
    delete from number_in_use held
    where held.dossier = new.dossier and not held.settled and not exists (
        select from numbers_of(array[new.dossier]) still
        where (still.kind, still.register, still.number) = (held.kind, held.register, held.number)
    );
    for claimed in select * from numbers_of(array[new.dossier]) loop
        if claimed.version = new.version then
            perform claim_number(claimed.kind, claimed.register, claimed.written, new.dossier, claimed.settled);
        else
            insert into number_in_use as held
            values (claimed.kind, claimed.register, claimed.number, new.dossier, claimed.settled)
            on conflict (kind, register, number) do update set settled = true
            where held.dossier = new.dossier and excluded.settled and not held.settled;
        end if;
    end loop;
    return null;
end
$$;

-- What was recorded before: where two dossiers have one number, the earlier has it, and `ledger verify` tells of both.
insert into number_in_use (kind, register, number, dossier, settled)
select distinct on (claimed.kind, claimed.register, claimed.number)
       claimed.kind, claimed.register, claimed.number, claimed.dossier, claimed.settled
from numbers_of(array(select distinct event.dossier from event)) claimed join event using (dossier, version)
order by claimed.kind, claimed.register, claimed.number, event.xid, event.position
on conflict do nothing;
