"""Several computers on one database: tests that start a real service."""
