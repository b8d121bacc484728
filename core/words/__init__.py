"""Numbers and findings as a merchandiser reads them, on a screen and on paper; pure."""
