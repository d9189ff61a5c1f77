"""Reports: drafted, submitted, recorded from paper, returned, accepted."""
