"""The page Garments."""
