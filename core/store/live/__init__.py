"""Which version is live, and the guard rails before it is."""
