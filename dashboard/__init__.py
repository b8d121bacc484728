"""Everything that draws: reads stored predictions through `dashboard.state`, runs no model, writes no file."""
