"""What an applicant sees of a dossier with the receipt: no person, no note, no step of the inside."""
