"""What reads photos and tables, fed with bytes that a fuzzer makes."""
