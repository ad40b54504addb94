"""Every sentence that the engine says, an enumeration a subject: each member is a stable code with its sentence."""
