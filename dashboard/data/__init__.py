"""What pages read, once a version: the only place with Streamlit caches."""
