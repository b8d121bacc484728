"""Names, on the page Set-up."""
