"""What the team said, on the page Labels."""
