"""Amendments, mergers of agencies, and the close-out of what ends with the term."""
