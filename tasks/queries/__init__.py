"""What pages, digests and exports read, as of an instant, in a bounded number of statements."""
