-- The dossiers of lists that were sent to the portal and whose answer is not known: such a list may still be carried out
-- after newer ones. One row is written before a list is sent and goes when it was answered. `list`: the sending; empty when
-- its process knows that there was no answer. From `look_at` on nothing of it can come any more, and the relay looks.
create table portal_doubt (
    list    text        not null,
    dossier text        not null,
    look_at timestamptz not null,
    primary key (list, dossier)
);
create index portal_doubt_due on portal_doubt (look_at);
grant select, insert, update, delete on portal_doubt to luongxanh_app;
grant select on portal_doubt to luongxanh_reader;
