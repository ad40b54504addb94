"""The dossier after an event, one module for each subject. Each function returns the dossier after its event."""
