-- The open escalations of a dossier beside its snapshot: their list reads nothing else of it. To unpack 100,000
-- snapshots took most of its time.
alter table dossier add column escalations jsonb generated always as (
    case when jsonb_array_length(coalesce(snapshot -> 'escalations', '[]')) > 0 then snapshot -> 'escalations' end
) stored;
drop index dossier_escalated;
create index dossier_escalated on dossier (code) where escalations is not null;
