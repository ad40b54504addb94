"""Pictures of the console for docs/console/: each page as its visitors see it, on the day that the demo left."""
