"""Durable workflows that carry out what the domain decides. They contain no rule."""
