-- The dossiers of interconnected procedures, the wholes and their parts: few among many.
create index dossier_interconnected on dossier (code) where snapshot ?| array['parent', 'children'];
