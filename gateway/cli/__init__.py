"""The command line of the gateway. `workers.command_line` runs it.

Each group of commands is a module that is loaded when it is called, so that `luongxanh --help` answers at once.
"""
