"""Frozen, dated views that digests, letters and reports are made from."""
