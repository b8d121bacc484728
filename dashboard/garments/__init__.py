"""Own garments, on the page Set-up."""
