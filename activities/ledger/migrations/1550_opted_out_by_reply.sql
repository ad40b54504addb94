-- A person may opt out by an answer to a text message too. `reply`: the gateway's name of that answer, so that one that is
-- delivered again does not opt out again whoever wanted messages again meanwhile.
alter table notice_opt_out drop constraint notice_opt_out_how_check;
alter table notice_opt_out add column reply text unique;
alter table notice_opt_out add constraint notice_opt_out_how_check check (how in ('desk', 'link', 'reply'));
alter table notice_opt_out add constraint notice_opt_out_reply check ((how = 'reply') = (reply is not null));
