"""The web console: pages for supervisors, officers, citizens and operators, over the read side of the API.

A subject is a package with its routes; its templates, style sheet and catalogue have the name of the subject.
"""
