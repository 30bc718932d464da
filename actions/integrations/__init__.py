"""One folder for each integration: its catalogue, its settings, what it asks of a submission, its adapter."""
