"""A chart as a PNG, for documents: ``python -m pyconc.report.png CHART FILE CAMPAIGN...``"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from pyconc.errors import UsageError, brief
from pyconc.report.charts import style
from pyconc.report.charts.pictures import settle
from pyconc.report.page import Drawing
from pyconc.report.pages import PAGES
from pyconc.report.reading import read_campaigns
from pyconc.screen import say, warn

#: As many as a chart needs, and sharp enough for the screen of a phone.
_COLOURS, _DPI = 128, 200


def write(chart: str, path: Path, campaigns: Sequence[Path]) -> None:
    """Draw a chart of the site of some campaigns, in English and for light pages.

    Args:
        chart: its name, as the site has it after ``chart-``.

    Raises:
        UsageError: a campaign cannot be read, no chart has the name, or the file cannot be written.
    """
    [shown, *_] = read_campaigns(campaigns)
    drawings = [drawing for build in PAGES for page in build(shown) for drawing in page.drawings]
    found = [drawing for drawing in drawings if drawing.name == chart]
    if not found:
        names = ", ".join(drawing.name for drawing in drawings)
        raise UsageError(f"no chart is called {chart!r}; there are {names}")
    try:
        path.write_bytes(png(found[0]))
    except OSError as error:
        raise UsageError(f"cannot write {brief(path)}: {error.strerror or error}") from error


def png(drawing: Drawing) -> bytes:
    """A chart's picture; the same data give the same bytes."""
    with style.drawing():
        figure: Figure = drawing.draw()
        settle(figure)
        figure.set_dpi(_DPI)
        canvas: Any = figure.canvas  # untyped
        canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    small = io.BytesIO()
    image.quantize(_COLOURS, dither=Image.Dither.NONE).save(small, format="png", optimize=True)
    return small.getvalue()


def main() -> int:
    if len(sys.argv) < 4:
        usage = "usage: python -m pyconc.report.png CHART FILE CAMPAIGN..."
        print(usage, file=sys.stderr)
        return 2
    chart, path, *campaigns = sys.argv[1:]
    try:
        write(chart, Path(path), [Path(each) for each in campaigns])
    except UsageError as error:
        warn(error)
        return 2
    say(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
