"""Browsers without a browser: sessions over Streamlit's own messages, one at a time for tests, fifty for the load."""
