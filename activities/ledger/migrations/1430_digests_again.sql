-- A digest that the notice gateway refused and that an operator has ordered to be sent again: who ordered it last, and why.
alter table digest
    add column again_at  timestamptz,
    add column again_by  text,
    add column again_why text;
