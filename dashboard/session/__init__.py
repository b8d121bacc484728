"""Who is at the screen, what the address says, what went wrong; imported by everything that draws."""
