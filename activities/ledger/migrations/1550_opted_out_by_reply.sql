-- A person may opt out by an answer to a text message too.
alter table notice_opt_out drop constraint notice_opt_out_how_check;
alter table notice_opt_out add constraint notice_opt_out_how_check check (how in ('desk', 'link', 'reply'));
