"""The form of every command on a dossier, and what happens when it is sent."""
