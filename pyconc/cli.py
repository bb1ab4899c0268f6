"""The command line: arguments only; each command calls one function. Imports are lazy."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pyconc import __version__
from pyconc.bisecting import COMMAND as BISECT_STEP
from pyconc.bisecting import for_git
from pyconc.ended import name_failures, name_finished
from pyconc.errors import DeclarationError, UsageError, brief
from pyconc.extras import need_report_extra
from pyconc.output import unfailing
from pyconc.screen import say, warn

if TYPE_CHECKING:
    from pyconc.measure.campaign import Outcome
    from pyconc.suite.own import Own

#: Characters of an error, at most: names in a file may be of any length.
_MOST_SAID = 1000
_MOST_NAME = 200
#: Exit statuses.
DONE, CASE_FAILED, BAD_INPUT, UNSAID, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """One command.

    Returns:
        Its exit status: `UNSAID` where all went well, but could not be printed.
    """
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] == BISECT_STEP:
        return for_git(lambda: _printed(words))
    return _printed(words)


def _printed(arguments: Sequence[str]) -> int:
    with unfailing() as output:
        try:
            status = _command(arguments)
        except SystemExit:  # argparse has printed what was asked for, or what is wrong
            output.flush()
            if output.lost is None:
                raise
            status = DONE
        output.flush()
        if output.lost is None:
            return status
        if output.lost.errno != errno.EPIPE:  # a reader that has gone wants to hear nothing
            warn(f"what was to be printed is lost: {output.lost.strerror}")
        return status or UNSAID


def _command(arguments: Sequence[str]) -> int:
    args = parser().parse_args(arguments)
    try:
        status: int = args.command(args)
    except (UsageError, DeclarationError) as error:
        warn(brief(error, _MOST_SAID))
        return BAD_INPUT
    except OSError as error:
        if not isinstance(error.filename, (str, bytes)):
            raise
        # A name that no system takes, or a place that only looks like one; all else is told apart
        # where it is used.
        name = brief(os.fsdecode(error.filename), _MOST_NAME)
        warn(f"cannot use {name}: {brief(error.strerror)}; name another")
        return BAD_INPUT
    except KeyboardInterrupt:
        warn("interrupted")
        return INTERRUPTED
    return status


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with an argument as everything is said."""

    def error(self, message: str) -> NoReturn:
        super().error(brief(message, _MOST_SAID))


def parser() -> argparse.ArgumentParser:
    top = _Parser(prog="pyconc", description="What the concurrency primitives of Python cost.")
    top.add_argument("--version", action="version", version=f"pyconc {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")

    listing = commands.add_parser("list", help="show the cases")
    _add_selection(listing)
    listing.add_argument("--json", action="store_true", help="everything about each, as JSON")
    _add_arms(listing)
    listing.set_defaults(command=_list)

    run = commands.add_parser("run", help="measure cases into a campaign folder")
    _add_selection(run)
    _add_arms(run)
    run.add_argument("--profile", default="quick", help="smoke, quick or full (default: quick)")
    run.add_argument("-o", "--output", type=Path, metavar="DIR", help="default: results/DATE-TIME")
    run.add_argument("--seed", type=int, help="for the random order of the rounds")
    run.add_argument("--budget", metavar="TIME", help="for the whole campaign, such as 30m")
    _add_clock(run)
    run.add_argument("--dry-run", action="store_true", help="show the plan and measure nothing")
    run.add_argument("--resume", type=Path, metavar="DIR", help="go on with a stopped campaign")
    run.add_argument("--show", action="store_true", help="print what `pyconc show` does as well")
    run.add_argument("--report", action="store_true", help="render the report as well")
    run.set_defaults(command=_run)

    report = commands.add_parser("report", help="turn campaigns into a site with charts")
    report.add_argument("campaigns", nargs="+", type=Path, metavar="CAMPAIGN")
    report.add_argument(
        "-o", "--output", type=Path, metavar="DIR",
        help="default: CAMPAIGN/report, where it is one",
    )  # fmt: skip
    report.add_argument(
        "--slim", action="store_true",
        help="link to the campaigns' files instead of copying them, and compress tables",
    )  # fmt: skip
    report.set_defaults(command=_report)

    show = commands.add_parser("show", help="a campaign's costs and metrics as tables")
    show.add_argument("campaign", type=Path, metavar="CAMPAIGN")
    _add_selection(show)
    show.add_argument(
        "--format", default="table",
        choices=("table", "markdown", "json", "csv", "github-action-benchmark", "bencher"),
        help="the last two are what services of these names read (default: table)",
    )  # fmt: skip
    show.set_defaults(command=_show)

    reports = commands.add_parser("reports", help="what people report, and whether it is seen")
    reports.add_argument(
        "campaign", nargs="?", type=Path, metavar="CAMPAIGN", help="say which of them it shows"
    )
    reports.add_argument(
        "--format", choices=("table", "markdown", "json"), default="table", help="default: table"
    )
    reports.set_defaults(command=_reports)

    _add_compare(commands.add_parser("compare", help="is HEAD slower than BASE?"))
    _add_bisect(commands.add_parser(BISECT_STEP, help="is this commit slower? for git bisect run"))
    _add_noise(commands.add_parser("noise", help="measure a Python against itself"))

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

    completion = commands.add_parser("completion", help="a script by which a shell completes words")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))
    completion.add_argument("words", nargs="*", help=argparse.SUPPRESS)  # what such a script asks
    completion.set_defaults(command=_completion)
    return top


def _add_selection(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "select", nargs="*", metavar="SELECT", help="family, family.workload or id"
    )
    command.add_argument(
        "-k", dest="keywords", metavar="EXPR", help="e.g. 'barrier and not process'"
    )


def _add_arms(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-p", "--python", action="append", default=[], metavar="PYTHON",
        help="a version, the path of one or of that of a virtual environment, or `all`; NAME+gil "
        "turns on the GIL of a free-threaded build, NAME=LABEL makes another arm; repeat for "
        "several (default: this Python)",
    )  # fmt: skip
    command.add_argument(
        "--with", dest="packages", action="append", default=[], metavar="PACKAGE",
        help="install it for the workers of every Python, LABEL:PACKAGE for those of one; "
        "repeat for several",
    )  # fmt: skip


def _add_clock(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--clock", metavar="CLOCK", default="time",
        help="time, or instructions, which are counted by perf or by valgrind (default: time)",
    )  # fmt: skip


def _add_compare(compare: argparse.ArgumentParser) -> None:
    compare.add_argument(
        "named", nargs="+", metavar="SIDE",
        help="BASE and HEAD: each a campaign, CAMPAIGN@PYTHON, or a file of pyperf or "
        "pytest-benchmark; or a campaign and two of its cases",
    )  # fmt: skip
    compare.add_argument(
        "--rivals", action="store_true", help="compare the rivals of one campaign, and gate on them"
    )
    compare.add_argument("-k", dest="keywords", metavar="EXPR", help="e.g. 'lock and not process'")
    compare.add_argument(
        "--format", choices=("table", "markdown", "json"), default="table", help="default: table"
    )
    compare.add_argument(
        "--fail-on",
        choices=("slower", "faster", "different", "suspect"),
        help="exit with status 1 if there is an alarm; suspect: also if something seems slower",
    )
    compare.add_argument(
        "--confirm", action="store_true", help="measure alarms and suspects again before failing"
    )
    compare.add_argument("--threshold", metavar="SHARE", help="smaller does not matter (1%%)")
    compare.add_argument("--history", type=Path, metavar="DIR", help="of `pyconc noise`")
    compare.add_argument(
        "--across-machines", action="store_true", help="compare different machines nevertheless"
    )
    compare.set_defaults(command=_compare)


def _add_bisect(step: argparse.ArgumentParser) -> None:
    _add_selection(step)
    step.add_argument(
        "-p", "--python", required=True, metavar="PYTHON", help="of the commit that is judged"
    )
    step.add_argument(
        "--base", required=True, metavar="PYTHON", help="of a good commit, which is kept"
    )
    _add_clock(step)
    step.add_argument("--threshold", metavar="SHARE", help="smaller does not matter (1%%)")
    step.set_defaults(command=_bisect_step)


def _add_noise(noise: argparse.ArgumentParser) -> None:
    _add_selection(noise)
    noise.add_argument("-p", "--python", metavar="PYTHON", help="default: this Python")
    noise.add_argument("--profile", default="quick", help="smoke, quick or full (default: quick)")
    noise.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="default: results/DATE-TIME"
    )
    noise.add_argument("--budget", metavar="TIME", help="for the whole campaign, such as 30m")
    noise.add_argument("--dry-run", action="store_true", help="show the plan and measure nothing")
    noise.add_argument("--history", type=Path, metavar="DIR", help="where to keep it")
    noise.add_argument("--of", type=Path, metavar="CAMPAIGN", help="judge one that is there")
    noise.set_defaults(command=_noise)


def _list(args: argparse.Namespace) -> int:
    from pyconc.suite.listing import show_cases

    own = _own(args)
    return show_cases(args.select, args.keywords, args.python, own, as_json=args.json)


def _run(args: argparse.Namespace) -> int:
    from pyconc.measure import campaign
    from pyconc.measure.announce import show_plan
    from pyconc.measure.collecting import collected
    from pyconc.measure.gauges.instructions import gauge_named
    from pyconc.measure.plan import profile_named
    from pyconc.suite import catalog

    if args.report or args.show:
        need_report_extra()  # better now than after minutes
    if args.resume:
        _refuse_beside_resume(args)
        return _finish(campaign.resume(args.resume), report=args.report, show=args.show)
    own, gauge = _own(args), gauge_named(args.clock)
    profile = gauge.profile(profile_named(args.profile))
    found = collected(own, args.python)
    cases = campaign.choose(profile, args.select, args.keywords, found)
    folder = _new_folder(args)
    prepared = campaign.prepare(
        cases, profile, pythons=args.python, seed=args.seed, budget=_budget(args), own=own,
        unnamed=catalog.unnamed(found.cases, args.select, args.keywords), gauge=gauge,
    )  # fmt: skip
    if args.dry_run:
        show_plan(prepared)
        return DONE
    return _finish(campaign.run(prepared, folder), report=args.report, show=args.show)


def _new_folder(args: argparse.Namespace) -> Path:
    """Where a campaign goes, which can be written."""
    from pyconc.measure.campaign import default_folder
    from pyconc.measure.targets import need_new_folder

    folder: Path = args.output or default_folder()
    need_new_folder(folder)
    return folder


def _own(args: argparse.Namespace) -> Own:
    """What is declared, with what the command line adds."""
    from pyconc.suite.own import declared, given

    return declared().having(given(each, "--with") for each in args.packages)


def _budget(args: argparse.Namespace) -> float | None:
    """In seconds."""
    from pyconc.measure.plan import seconds_of

    return seconds_of(args.budget) if args.budget else None


def _refuse_beside_resume(args: argparse.Namespace) -> None:
    """A resumed campaign has its plan already."""
    given = {
        "SELECT": args.select, "-k": args.keywords, "-p": args.python, "-o": args.output,
        "--with": args.packages, "--seed": args.seed, "--budget": args.budget,
        "--dry-run": args.dry_run, "--clock": None if args.clock == "time" else args.clock,
    }  # fmt: skip
    _refuse(given, "--resume, which has the plan of its folder")


def _refuse(given: dict[str, object], beside: str) -> None:
    for name, value in given.items():
        if value not in (None, [], False):
            raise UsageError(f"{name} does not go with {beside}")


def _finish(outcome: Outcome, *, report: bool = False, show: bool = False) -> int:
    """Write the results of a campaign and say how it ended."""
    from pyconc.store.suites import write_suites

    files = write_suites(outcome.folder)
    say(f"{outcome.timed_share:.0%} of the time was spent in timed regions and warmups")
    for path in files:
        say(f"results: {path}")
    if outcome.interrupted:
        name_finished(outcome.folder)
        return INTERRUPTED
    if show and files:
        _show_all(outcome.folder)
    if report and files:
        _render([outcome.folder], outcome.folder / "report")
    if outcome.failures:
        name_failures(outcome)
        return CASE_FAILED
    return DONE


def _report(args: argparse.Namespace) -> int:
    need_report_extra()
    if args.output is None and len(args.campaigns) > 1:
        raise UsageError("several campaigns make one site; say where with -o")
    if args.output is None and not args.campaigns[0].is_dir():
        raise UsageError("a site of a file needs a folder; say where with -o")
    from pyconc.measure.targets import need_folder

    output = args.output or args.campaigns[0] / "report"
    need_folder(output)
    _render(args.campaigns, output, slim=args.slim)
    return DONE


def _show(args: argparse.Namespace) -> int:
    need_report_extra()
    from pyconc.show.command import show_campaign

    show_campaign(args.campaign, args.select, args.keywords, args.format)
    return DONE


def _reports(args: argparse.Namespace) -> int:
    need_report_extra()
    from pyconc.show.reports import show_reports

    show_reports(args.campaign, args.format)
    return DONE


def _show_all(folder: Path) -> None:
    from pyconc.show.command import show_campaign

    show_campaign(folder, [], None, "table")


def _compare(args: argparse.Namespace) -> int:
    need_report_extra()
    from pyconc.compare.command import Options, run_comparison

    options = Options(**{name: getattr(args, name) for name in Options._fields})
    return CASE_FAILED if run_comparison(args.named, options) else DONE


def _bisect_step(args: argparse.Namespace) -> int:
    need_report_extra()
    from pyconc.compare.bisect import Step, bisect_step

    return bisect_step(Step(**{name: getattr(args, name) for name in Step._fields}))


def _noise(args: argparse.Namespace) -> int:
    need_report_extra()
    from pyconc.compare.noise import prepare_noise, show_noise
    from pyconc.compare.store import need_history
    from pyconc.measure import campaign
    from pyconc.measure.announce import show_plan
    from pyconc.measure.collecting import collected
    from pyconc.measure.plan import profile_named

    folder, status = args.of, DONE
    if folder is not None:
        given = {"SELECT": args.select, "-k": args.keywords, "-p": args.python, "-o": args.output,
                 "--budget": args.budget, "--dry-run": args.dry_run}  # fmt: skip
        _refuse(given, "--of, which judges a campaign that is there")
    else:
        profile, folder = profile_named(args.profile), _new_folder(args)
        need_history(args.history)
        found = collected(pythons=[args.python] if args.python else [])
        cases = campaign.choose(profile, args.select, args.keywords, found)
        prepared = prepare_noise((profile, cases), args.python, _budget(args))
        if args.dry_run:
            show_plan(prepared)
            return DONE
        status = _finish(campaign.run(prepared, folder))
    if status != INTERRUPTED:
        show_noise(folder, args.history)
    return status


def _doctor(args: argparse.Namespace) -> int:
    from pyconc.measure.doctor import show_doctor

    return show_doctor(as_json=args.json)


def _statements(args: argparse.Namespace) -> int:
    from pyconc.measure.targets import need_file
    from pyconc.statements.command import show_statements

    if args.output:
        need_file(args.output)
    return show_statements(args.python, args.output)


def _completion(args: argparse.Namespace) -> int:
    from pyconc.completion import SCRIPTS, answer

    asked = answer(args.shell, parser(), args.words) if args.words else SCRIPTS[args.shell]
    sys.stdout.write(asked)
    return DONE


def _render(campaigns: Sequence[Path], output: Path, *, slim: bool = False) -> None:
    from pyconc.report.site import render

    say(f"report:  {render(campaigns, output, slim=slim)}")
