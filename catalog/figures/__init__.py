"""Figures as Vietnamese offices print them, indicators, their rules and consolidation."""
