-- What decides who gets the next item of a unit: the open dossiers that its officers have, and how many items each was
-- given in the last days.
create index dossier_held on dossier (responsible, assignee) where ended_at is null and assignee is not null;
create index event_assigned on event ((body ->> 'person'), at) where kind = 'dossier_assigned';
