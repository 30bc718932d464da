"""What is SAID: the text of rules, its tree, its types and its mistakes. Knows nothing of orders or providers."""
