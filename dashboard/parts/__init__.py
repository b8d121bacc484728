"""Drawn with Streamlit by several pages: a chart, a table."""
