"""Actions on the working copy of an order: one verb, one file. Called by deciding; pure."""
