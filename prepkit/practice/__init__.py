"""What is done, due and missing, and what to practise next: pure functions that take `now`."""
