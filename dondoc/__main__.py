"""`python -m dondoc` is the command."""

from dondoc.cli import main

main()
