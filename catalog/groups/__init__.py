"""The grammar of group expressions in lead and supporting cells; `parser` is its door."""
