"""The page Mistakes: the map, the garments beside it, and the worst pairs."""
