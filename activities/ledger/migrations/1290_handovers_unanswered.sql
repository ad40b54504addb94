-- The open dossiers whose last handover was reported as late and is not answered: counted, listed as incidents, and planned
-- for. Without it each of these looks into the snapshot of every open dossier. The condition stands as the statements have
-- it (`UNANSWERED`). Building it takes two seconds for 100,000 open dossiers; whoever writes waits for it.
create index dossier_handover_overdue on dossier (code)
    where ended_at is null and jsonb_path_exists(
        snapshot,
        '$.handovers[last] ? (exists(@.overdue_at ? (@ != null)) && !exists(@.acknowledged_at ? (@ != null)) && !exists(@.refused_at ? (@ != null)) && !exists(@.lapsed_at ? (@ != null)))'
    );
