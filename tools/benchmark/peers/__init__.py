"""The standard dossier on other engines of durable execution, as their users would write it."""
