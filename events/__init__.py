"""What HAPPENED: orders, events, effects and outcomes as plain data, and the importers that read them."""
