"""`python -m benchmarks [NAME …]`: runs the benchmarks named, else all of them. Each is a module here with a `main()`."""

import sys
from importlib import import_module
from pkgutil import iter_modules

import benchmarks


def names() -> list[str]:
    """Return every module here that has a `main`, by name."""
    found = sorted(module.name for module in iter_modules(benchmarks.__path__) if module.name != "__main__")
    return [name for name in found if hasattr(import_module(f"benchmarks.{name}"), "main")]


def main(wanted: list[str]) -> int:
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"No benchmark called {', '.join(unknown)}; there are: {', '.join(known)}.", file=sys.stderr)
        return 2
    for name in wanted or known:
        print(f"== {name}", flush=True)
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
