-- The lists of open escalations, and of dossiers that a level above has taken over: a few among all dossiers.
create index dossier_escalated on dossier (code)
    where jsonb_array_length(coalesce(snapshot -> 'escalations', '[]')) > 0;
create index dossier_taken_over on dossier (code)
    where ended_at is null and responsible <> coalesce(competent, snapshot ->> 'queue', received_by);
