"""Two categories side by side, on the page Mistakes."""
