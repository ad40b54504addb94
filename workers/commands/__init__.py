"""The commands that need more than a deployed gateway: the stack on this machine, the demo, the processes."""
