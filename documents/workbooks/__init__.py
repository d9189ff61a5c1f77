"""Excel out: tasks, matrix, rounds, league, indicators, proof."""
