"""Measured by hand; what came of it stands in docs/benchmarks.md."""
