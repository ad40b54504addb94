-- Every page of a work-list is a range of one index for each duty: of a unit and role, of those without an assignee, of
-- an assignee, of an assignee in a unit, of the operators of all units. Items without a date come last, so the date that
-- is sorted by is never missing. Building the indexes takes a second for 100,000 items; whoever writes waits for it.
drop index work_item_by_unit;
drop index work_item_by_person;
create index work_item_by_unit on work_item (
    unit, role, coalesce(due, 'infinity'::timestamptz), since, code_order(dossier), dossier, act
);
create index work_item_unassigned on work_item (
    unit, role, coalesce(due, 'infinity'::timestamptz), since, code_order(dossier), dossier, act
) where person is null;
create index work_item_by_person on work_item (
    person, coalesce(due, 'infinity'::timestamptz), since, code_order(dossier), dossier, act
) where person is not null;
create index work_item_by_unit_and_person on work_item (
    unit, person, role, coalesce(due, 'infinity'::timestamptz), since, code_order(dossier), dossier, act
) where person is not null;
create index work_item_of_operators on work_item (
    coalesce(due, 'infinity'::timestamptz), since, code_order(dossier), dossier, act
) where role = 'operator' and person is null;
