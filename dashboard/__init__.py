"""Everything that draws: reads stored predictions through `dashboard.stored`, runs no model, writes no file."""
