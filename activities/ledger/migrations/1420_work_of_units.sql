-- The work of a unit is one range of an index, whatever the roles: a list of a unit was read in a range for each role,
-- of which each gave a whole page. The roles are looked at in the index.
drop index work_item_by_unit;
drop index work_item_unassigned;
create index work_item_by_unit on work_item (
    unit, coalesce(due, 'infinity'::timestamptz), since, code_order(dossier), dossier, act, role
);
create index work_item_unassigned on work_item (
    unit, coalesce(due, 'infinity'::timestamptz), since, code_order(dossier), dossier, act, role
) where person is null;
