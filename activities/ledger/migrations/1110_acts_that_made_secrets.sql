-- The act that made a secret; null for one from before. The same act, sent again, gives this secret and makes none.
alter table webhook_secret add column command_id uuid;
create unique index webhook_secret_by_act on webhook_secret (command_id);
