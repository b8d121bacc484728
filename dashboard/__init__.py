"""Everything that draws: reads stored predictions through `dashboard.data.runs`, runs no model, writes no file."""
