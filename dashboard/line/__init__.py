"""The page Automation line."""
