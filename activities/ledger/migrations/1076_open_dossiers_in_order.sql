-- Open dossiers are few among all that have ended, and most lists are of them: each date has an order for them alone. A
-- search for open ones says so (`ended_at is null`), by its states or by its lateness.
create index dossier_open_by_promise on dossier (promised_due, code) where ended_at is null;
create index dossier_open_by_statute on dossier (statutory_due, code) where ended_at is null;
create index dossier_open_by_receipt on dossier (received_at, code) where ended_at is null;
