"""The grammar of deadlines, room by room; `catalog.deadlines` is its door."""
