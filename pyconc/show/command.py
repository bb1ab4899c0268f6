"""`pyconc show`: what a campaign or a file holds, as tables, lines, JSON or CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.compare.thresholds import read_thresholds
from pyconc.errors import UsageError, brief
from pyconc.findings.rivals import Rival, rivals
from pyconc.findings.scaling import scalings
from pyconc.screen import markdown, say, say_json
from pyconc.screen.shorten import stands_for
from pyconc.screen.tables import Screen
from pyconc.show import services
from pyconc.show.case_line import line
from pyconc.show.rows import as_csv, figures, rows
from pyconc.show.tables import TEXTS, has_scaling, sentences, tables
from pyconc.statistics.costs import Costs
from pyconc.store import campaigns
from pyconc.store.builds import unlike
from pyconc.store.files import told_clearly
from pyconc.store.journal import CAMPAIGN
from pyconc.store.packages import in_short
from pyconc.store.rounds import Arm
from pyconc.suite.catalog import is_chosen


class Shown(NamedTuple):
    """What is shown of a campaign."""

    name: str
    profile: str
    #: A sentence for each way in which its Pythons were built unlike, and for what each has.
    about_pythons: list[str]
    costs: Costs
    #: Pythons and cases, in the order of the campaign.
    chosen: list[Arm]

    @property
    def heading(self) -> str:
        pythons = list(dict(self.chosen))
        python = f", Python {pythons[0]}" if len(pythons) == 1 else ""
        return f"{self.name}, profile {self.profile}{python}"

    def rivals(self) -> list[Rival]:
        """Of what is chosen, judged with all others."""
        chosen = set(self.chosen)
        found = rivals(self.costs, read_thresholds(None, Path()))
        return [each for each in found if (each.python, each.case) in chosen]


def show_campaign(
    folder: Path, names: Sequence[str], keywords: str | None, form: str = "table"
) -> None:
    """Print the cost of every chosen case, its net cost and distance to its floor, and its metrics.

    Args:
        names: families, workloads or ids; a shortened id as a table shows it is one, too.
        form: one of `FORMATS`.

    Raises:
        UsageError: the campaign cannot be read, or has no such case.
    """
    about, measured, *_ = campaigns.read(folder)
    costs = Costs(measured)
    chosen = _chosen(costs, names, keywords)
    if not chosen:
        raise UsageError(
            f"{brief(folder)} has no such case; `pyconc show {brief(folder)}` shows what it has"
        )
    with told_clearly(folder / CAMPAIGN, "is damaged", "restore it, or measure again"):
        shown = Shown(
            folder.resolve().name,
            str(about["profile"]["name"]),
            list(_of_pythons(about["interpreters"])),
            costs,
            chosen,
        )
    FORMATS[form](shown)


def _chosen(costs: Costs, names: Sequence[str], keywords: str | None) -> list[Arm]:
    measured = [(python, case) for python in costs.pythons for case in costs.cases(python)]
    ids = dict.fromkeys(case for _, case in measured)
    meant = {case for case in ids for name in names if stands_for(name, case)}
    return [arm for arm in measured if is_chosen(arm[1], [*names, *meant], keywords)]


def _of_pythons(interpreters: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for sentence in unlike(interpreters):
        yield f"different builds: {sentence}"
    for each in interpreters:
        if packages := each.get("packages"):
            yield f"Python {each['label']} with {in_short(packages)}"


def as_table(shown: Shown) -> None:
    """Print it for people; a single case in one line for each Python."""
    screen = Screen()
    for sentence in shown.about_pythons:
        screen.say(sentence, wrap=True)
    if len({case for _, case in shown.chosen}) == 1:
        beside = shown.rivals()
        for python, case in shown.chosen:
            its = [each for each in beside if each.python == python]
            screen.say(line(shown.costs, python, case, its))
        return
    screen.say(shown.heading)
    for table in tables(shown.costs, shown.chosen, shown.rivals()):
        screen.say("")
        screen.say(table.title)
        screen.table(table.headings, table.rows, texts=TEXTS)
    for place, sentence in enumerate(sentences(shown.costs, shown.chosen)):
        if not place:
            screen.say("")
        screen.say(sentence, wrap=True)


def as_markdown(shown: Shown) -> None:
    """Print it as Markdown."""
    print(f"### {markdown.plain(shown.heading)}")
    for sentence in shown.about_pythons:
        print(f"\n- {markdown.plain(sentence)}")
    for table in tables(shown.costs, shown.chosen, shown.rivals()):
        print(f"\n{markdown.plain(table.title)}:\n")
        for said in markdown.lines(table.headings, table.rows, TEXTS):
            print(said)
    for sentence in sentences(shown.costs, shown.chosen):
        print(f"\n{markdown.plain(sentence)}")


def document(shown: Shown) -> dict[str, Any]:
    """Everything, of numbers, texts and lists."""
    return {
        "campaign": shown.name,
        "profile": shown.profile,
        "pythons": shown.about_pythons,
        "cases": list(rows(shown.costs, shown.chosen)),
        "rivals": [
            {
                "id": each.case, "python": each.python, "against": each.against,
                **figures("ratio", each.ratio), "rounds": each.ratio.rounds,
                "verdict": each.verdict,
            }
            for each in shown.rivals()
        ],
        "scaling": [
            {
                "backend": each.backend, "python": each.python, "workers": each.workers,
                **figures("speedup", each.speedup), "efficiency": each.efficiency,
                "serial_fraction": each.serial_fraction,
                **figures("scaled_speedup", each.scaled_speedup),
                "scaled_serial_fraction": each.scaled_serial_fraction,
            }
            for each in (scalings(shown.costs) if has_scaling(shown.chosen) else ())
        ],
    }  # fmt: skip


def as_rows(shown: Shown) -> None:
    """Print a row for each case and Python, as the report's `cases.csv` has it."""
    for row in as_csv(rows(shown.costs, shown.chosen)).removesuffix("\n").split("\n"):
        say(row)


FORMATS: dict[str, Callable[[Shown], None]] = {
    "table": as_table,
    "markdown": as_markdown,
    "json": lambda shown: say_json(document(shown)),
    "csv": as_rows,
    "github-action-benchmark": lambda shown: say_json(
        services.github_action_benchmark(shown.costs, shown.chosen)
    ),
    "bencher": lambda shown: say_json(services.bencher(shown.costs, shown.chosen)),
}
