"""Time: working calendars, counting rules, the clocks of a dossier, and why a date is that date."""
