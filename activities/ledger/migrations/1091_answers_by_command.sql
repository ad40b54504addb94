-- An answer that was given before the act was recorded (202) is looked up by the id of its command.
alter table kept_answer add column command_id uuid;
create unique index kept_answer_by_command on kept_answer (caller, command_id);
