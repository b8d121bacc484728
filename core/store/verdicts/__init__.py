"""What people say of garments, and what follows from it."""
