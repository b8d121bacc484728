"""What happened, as lines that programs read: whole, one each, without secrets, and never too many."""
