-- An answer is known by its number and the gateway's name of it. Two gateways, or one that counts from 1 again each day, give two
-- people's answers the same name: the second STOP was told to have been recorded, and was not.
alter table notice_opt_out drop constraint notice_opt_out_reply_key;
alter table notice_opt_out add constraint notice_opt_out_reply_key unique (contact, reply);
