"""What predictions mean: pure functions from arrays and tables to documented tables.

numpy and pandas only: no disk, no network, no model, no drawing. Undefined is NaN, never 0.
"""
