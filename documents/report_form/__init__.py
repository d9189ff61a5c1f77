"""An agency's report as an Excel form, out and back in."""
