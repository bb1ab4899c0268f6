"""`pyconc doctor` and `pyconc statements`: what a machine is fit for, and what Pythons do."""

from __future__ import annotations

import argparse
from pathlib import Path

from pyconc.commands.arguments import Commands


def add(commands: Commands) -> None:
    doctor = commands.add_parser("doctor", help="is this machine fit to measure on, and the remedy")
    doctor.add_argument("--json", action="store_true", help="every finding with its figures")
    doctor.set_defaults(command=_doctor)

    statements = commands.add_parser("statements", help="check what the notes say of Python")
    statements.add_argument(
        "-p", "--python", action="append", default=[], metavar="PYTHON",
        help="a version, path or `all`; repeat for several (default: this Python)",
    )  # fmt: skip
    statements.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the answers")
    statements.set_defaults(command=_statements)


def _doctor(args: argparse.Namespace) -> int:
    from pyconc.measure.doctor import show_doctor

    return show_doctor(as_json=args.json)


def _statements(args: argparse.Namespace) -> int:
    from pyconc.measure.targets import need_file
    from pyconc.statements.command import show_statements

    if args.output:
        need_file(args.output)
    return show_statements(args.python, args.output)
