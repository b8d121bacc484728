"""The part of the page Set-up about people and roles."""
