"""``python -m pyconc.trust harness|slowdowns|study``: each part of the proof by its name."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from pyconc.errors import UsageError
from pyconc.screen import warn
from pyconc.trust import harness, slowdowns, study


def main(arguments: Sequence[str]) -> int:
    """Run one part; 2 where something that was named cannot be used."""
    top = argparse.ArgumentParser(prog="python -m pyconc.trust")
    parts = top.add_subparsers(required=True, metavar="PART")
    for module in (harness, slowdowns, study):
        summary = (module.__doc__ or "").partition(":")[0]
        part = parts.add_parser(module.__name__.rpartition(".")[2], help=summary)
        module.add_arguments(part)
        part.set_defaults(run=module.run)
    args = top.parse_args(arguments)
    try:
        status: int = args.run(args)
    except UsageError as error:
        warn(error)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
