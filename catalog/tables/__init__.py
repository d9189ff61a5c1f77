"""The checker of finished tables; `check` is its door."""
