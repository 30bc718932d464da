"""podOS: what rules may name of it, what it asks of a submission, and the adapter that speaks to it."""
