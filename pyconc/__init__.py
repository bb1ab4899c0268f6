"""What the concurrency primitives of Python cost, measured so that the numbers can be compared."""

from __future__ import annotations

TYPE_CHECKING = False  # as `typing` has it, which takes long to import: workers import this, too
if TYPE_CHECKING:
    import os

    import pandas as pd

__version__ = "0.1.0"


def read(path: str | os.PathLike[str], *more: str | os.PathLike[str]) -> pd.DataFrame:
    """All values that were measured, a row each, with parameters and metrics as columns.

    Args:
        path, more: folders of campaigns, files of pyperf or pytest-benchmark, or folders of files
            that the latter saved. The column ``source`` says which of them a row is from.

    Raises:
        pyconc.errors.UsageError: one of them cannot be read, or nothing was measured.
        ImportError: pandas is not installed; ``pip install 'pyconc[report]'``.
    """
    try:
        from pyconc.store.tidy import read_tidy
    except ModuleNotFoundError as error:
        needed = f"pyconc.read needs {error.name}; pip install 'pyconc[report]'"
        raise ImportError(needed) from error
    return read_tidy([path, *more])
