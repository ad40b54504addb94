-- The number of a dossier code sorts as a number: `H42.12-250701-10000` comes after `H42.12-250701-9999`.

create function code_order(code text) returns text
language sql immutable strict parallel safe
return (
    with parts as (select coalesce(substring(code from '-([0-9]+)$'), '') as number)
    select left(code, length(code) - length(number)) || lpad(number, greatest(12, length(number)), '0') from parts
);

grant execute on function code_order to luongxanh_app, luongxanh_reader;

create index dossier_in_code_order on dossier (code_order(code));
create index dossier_by_unit_in_code_order on dossier (responsible, code_order(code));
drop index dossier_by_unit;
