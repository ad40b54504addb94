"""Units, posts and people as dated data; which unit is competent; how units merge."""
