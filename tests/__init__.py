"""What is known to hold: a test's name is the sentence that it proves."""
