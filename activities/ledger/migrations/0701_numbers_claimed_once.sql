-- Only the register's own key says that a number is taken. A key that somebody adds beside it is an error that is told;
-- before, the claim would have looked for the row again and again.
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
