"""What the program claims of its own figures, each with a simulation: docs/statistics.md line by line."""
