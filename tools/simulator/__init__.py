"""A simulator of the outside government systems, with real sockets, real signatures, and faults on demand.

`python -m tools.simulator --port 0` serves all systems. `server.running_simulator` does the same inside a test.
"""
