"""What may be DONE: local actions on an order, the preparation of a submission, and each integration's catalogue."""
