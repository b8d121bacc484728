"""Core by its rooms: each folder tests the room of its name."""
