-- The id of a command is made from its caller and key, so the primary key makes it unique already. A second unique index
-- lets one of several requests with the same key, sent at once, fail with a duplicate: `on conflict` names one index only.
drop index kept_answer_by_command;
create index kept_answer_by_command on kept_answer (caller, command_id);
