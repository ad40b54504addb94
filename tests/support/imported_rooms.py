"""Importing this module imports the whole project and reads its province. The fork server does so before its first
run."""

import gc

from tests.support.forked_program import import_rooms
from tests.support.known_provinces import remember_provinces

import_rooms()
remember_provinces()
gc.freeze()  # what is imported is no garbage, and a run that looks through it copies its memory
