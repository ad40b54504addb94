"""Absences and delegations: what was entered about the people of one's unit, a form, and a way back."""
