"""The overview: numbers of units and officers as of now and over a period, each with the list that it counts."""
