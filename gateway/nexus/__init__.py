"""The Nexus service: workflows in other namespaces of Temporal open dossiers, act on them, and wait for a state."""
