"""How rules are coloured: the kinds of words and literals, once for every editor and page that shows rules."""
