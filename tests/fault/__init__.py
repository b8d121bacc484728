"""Blows: kills, full disks, many people at once."""
