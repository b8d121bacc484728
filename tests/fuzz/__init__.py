"""What reads photos, fed with bytes that a fuzzer makes."""
