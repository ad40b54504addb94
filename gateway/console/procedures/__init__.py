"""The catalogue of procedures: versions, limits, what Green Stream gains, and the step that takes longest."""
