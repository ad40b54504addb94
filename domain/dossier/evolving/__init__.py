"""What is true after an event, by subject: each function gives the dossier as it stands after its event."""
