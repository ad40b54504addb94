"""The page of one dossier: its head, and its parts as pages of their own under the same head."""
