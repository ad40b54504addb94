"""What people call the values of the domain, in Vietnamese and in English."""
