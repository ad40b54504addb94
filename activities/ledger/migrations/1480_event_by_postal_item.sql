-- Finds the dossiers of a postal item: the post must not give one number to two dossiers.
create index event_by_postal_item on event ((body ->> 'item')) where kind = 'post_ordered';
