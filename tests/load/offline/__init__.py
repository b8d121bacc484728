"""Put before everything else on the path of `streamlit hello`, where there is no internet."""
