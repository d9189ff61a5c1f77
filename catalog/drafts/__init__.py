"""From raw tables and prose to the draft of a decision; `drafting` is its door."""
