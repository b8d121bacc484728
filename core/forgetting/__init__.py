"""Forgetting a person: "former colleague 1" takes the place of a name wherever it is kept; nothing else changes."""
