"""The checks of a whole installation. Each looks at one part of it, alone, and says what it found and what to do."""
