"""The commands that run a process, and the connections that every command opens."""
