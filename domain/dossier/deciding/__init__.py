"""The rules of the life cycle, a module a subject; each function reads like its sentence in law, guards first."""
