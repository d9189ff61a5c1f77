"""Rounds of reporting and where each agency stands in them."""
