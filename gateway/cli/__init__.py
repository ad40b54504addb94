"""The command line of the gateway: everything that a deployed gateway can do. `workers.command_line` runs it.

Each command group is a module that is loaded when it is called, so that `luongxanh --help` answers at once.
"""
