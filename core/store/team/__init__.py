"""What the team chose for everybody."""
