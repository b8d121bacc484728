"""The dashboard in a real Chromium, with mouse and keys."""
