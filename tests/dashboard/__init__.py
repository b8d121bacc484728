"""The pure side of the dashboard: sentences, figures, colours."""
