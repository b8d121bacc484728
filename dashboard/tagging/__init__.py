"""The page Tag new garments."""
