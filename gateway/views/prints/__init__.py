"""The printed forms, as PDF: typesetting (`typeset`), and the data of each form."""
