"""The drill of a disaster: all servers are lost in the middle of a run, and the database comes back to a moment.

Every dossier is then finished, and nothing is done twice outside.
"""
