"""The sentences of the engine. Each subject has an enumeration; each member is a stable code with its sentence."""
