"""Forms of commands, made from the models of their bodies: what people fill in, without a line of HTML.

`describing` makes the fields, `options` fills their choices from a dossier, `reading` turns what was typed into the
body, `filling` does the opposite, and `faults` finds the field of an error.
"""
