"""The local preparation of a submission: everything that can be known without the network."""
