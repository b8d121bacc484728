"""What stands before every page, request and connection: sign-in, roles, health, limits, and the headers of answers."""
