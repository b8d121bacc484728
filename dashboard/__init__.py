"""Everything that draws: reads what is stored through `dashboard.data`, runs no model, writes no file."""
