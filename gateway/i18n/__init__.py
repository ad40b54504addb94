"""The words for the values of the domain, in Vietnamese and English."""
