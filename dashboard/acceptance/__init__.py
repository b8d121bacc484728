"""In real use, on the page Automation."""
