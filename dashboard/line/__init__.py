"""The line, on the page Automation."""
