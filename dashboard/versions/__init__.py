"""The pages New against live and Versions."""
