"""Untrusted bytes to the small grey picture; knows no batch, no version, no store."""
