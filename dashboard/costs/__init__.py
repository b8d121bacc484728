"""Costs, on the page Set-up."""
