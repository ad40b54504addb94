"""Measures the pages of the console on a register of a province's size: server time and bytes, page by page."""
