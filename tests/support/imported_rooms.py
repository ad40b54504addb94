"""Importing this module imports the whole project. The fork server does so before its first run."""

from tests.support.forked_program import import_rooms

import_rooms()
