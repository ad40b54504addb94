-- Numbers that stand for one dossier only: a result's number in the register of its authority and year, and the code
-- that a dossier had in an older system. Claimed in the transaction of the events; who comes second is refused there.
--
-- A result's number is claimed when its signature is ordered, while a refusal harms nobody, and is free again if the
-- result is rejected, the order is given under another number, or the matter ends before it was numbered. The engine's
-- own events claim nothing, so that none of them is ever refused. Events of the first release carry no `numbered_by`:
-- their numbers were not looked at, and are not now.
create table number_in_use (
    kind     text    not null check (kind in ('result', 'brought_over')),
    register text    not null,
    number   text    not null,
    dossier  text    not null,
    settled  boolean not null,
    primary key (kind, register, number)
);
create index number_in_use_unsettled on number_in_use (dossier) where not settled;
grant select, insert, update, delete on number_in_use to luongxanh_app;
grant select on number_in_use to luongxanh_reader;

-- Upper and lower case, and spaces, make no other number.
create function number_as_compared(written text) returns text
language sql immutable as $$ select upper(regexp_replace(written, '\s', '', 'g')) $$;

create function claim_number(of_kind text, in_register text, written text, for_dossier text, is_settled boolean) returns void
language plpgsql as $$
declare
    compared text := number_as_compared(written);
    holder   text;
begin
    insert into number_in_use values (of_kind, in_register, compared, for_dossier, is_settled) on conflict do nothing;
    select dossier into strict holder from number_in_use
    where kind = of_kind and register = in_register and number = compared;
    if holder <> for_dossier then
        raise exception using errcode = 'LX005', message = written, detail = holder, hint = of_kind;
    end if;
    update number_in_use set settled = true
    where is_settled and not settled and kind = of_kind and register = in_register and number = compared;
end
$$;

create function claim_numbers() returns trigger
language plpgsql as $$
declare
    authority text := new.body ->> 'numbered_by';
    result    text := new.body ->> 'result_number';
    year_book text := authority || '/' || extract(year from new.at at time zone interval '7 hours');
begin
    if new.kind not in (
        'dossier_submitted', 'signature_requested', 'result_numbered', 'result_rejected', 'dossier_resolved',
        'dossier_withdrawn', 'dossier_stopped'
    ) then
        return null;
    end if;
    if new.kind = 'dossier_submitted' then
        if jsonb_typeof(new.body -> 'brought_over') = 'object' then
            perform claim_number(
                'brought_over', new.body -> 'brought_over' ->> 'system', new.body -> 'brought_over' ->> 'code',
                new.dossier, true
            );
        end if;
        return null;
    end if;
    if new.kind = 'result_numbered' then
        update number_in_use set settled = true where dossier = new.dossier and not settled;
        return null;
    end if;
    delete from number_in_use held
    where held.dossier = new.dossier and not held.settled and held.kind = 'result'
      and (year_book is null or (held.register, held.number) <> (year_book, number_as_compared(result)));
    if year_book is not null then
        perform claim_number('result', year_book, result, new.dossier, new.kind = 'dossier_resolved');
    end if;
    return null;
end
$$;

create trigger claim_numbers after insert on event for each row execute function claim_numbers();
alter table event enable always trigger claim_numbers;

-- Old codes that were brought over already; where one was brought over twice, the first has it.
insert into number_in_use
select 'brought_over', body -> 'brought_over' ->> 'system', number_as_compared(body -> 'brought_over' ->> 'code'), dossier, true
from event
where kind = 'dossier_submitted' and jsonb_typeof(body -> 'brought_over') = 'object'
order by position
on conflict do nothing;
