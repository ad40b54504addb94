"""Two weeks of a whole province in virtual time: what the ladder did, beside what a reading of its policy says."""
