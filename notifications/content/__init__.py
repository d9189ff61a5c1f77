"""What is said: finished records, templates rendered, words, charts, samples."""
