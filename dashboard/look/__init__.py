"""Pure: colours, numbers, words and figures that several pages share. No Streamlit."""
