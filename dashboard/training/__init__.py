"""Asking for a training and following it, in the sidebar and on the first screen."""
