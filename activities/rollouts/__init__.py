"""The work of a rollout: the list of its dossiers in PostgreSQL, and the activities that change these dossiers."""
