"""`python -m benchmarks [NAME …] [OPTION …]`: runs the benchmarks named, else all of them.

Each is a module here with a `main()`; one that takes options is given what follows the first of them.
"""

import sys
from importlib import import_module
from inspect import signature
from itertools import takewhile
from pkgutil import iter_modules

import benchmarks


def names() -> list[str]:
    """Return every module here that has a `main`, by name."""
    found = sorted(module.name for module in iter_modules(benchmarks.__path__) if module.name != "__main__")
    return [name for name in found if hasattr(import_module(f"benchmarks.{name}"), "main")]


def main(arguments: list[str]) -> int:
    wanted = list(takewhile(lambda argument: not argument.startswith("-"), arguments))
    options, known = arguments[len(wanted) :], names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"No benchmark called {', '.join(unknown)}; there are: {', '.join(known)}.", file=sys.stderr)
        return 2
    for name in wanted or known:
        print(f"== {name}", flush=True)
        run = import_module(f"benchmarks.{name}").main
        run(options) if signature(run).parameters else run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
