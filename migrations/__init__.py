"""The database's history. File names begin with their day; `HEAD` is the newest revision, held equal by a check."""

HEAD = "0008"
