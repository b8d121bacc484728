"""Tags from elsewhere, on the page Set-up."""
