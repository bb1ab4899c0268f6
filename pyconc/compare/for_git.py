"""Exit statuses as `git bisect run` reads them, and nothing that it could mistake for one."""

from __future__ import annotations

import traceback
from typing import Callable

#: The command whose statuses are git's. To git all from 1 to 127 but `SKIP` mean bad, also 2, which
#: others have for bad input; `ABORT` and what is greater ends the search where it is.
COMMAND = "bisect-step"
GOOD, BAD, SKIP, ABORT = 0, 1, 125, 128


def for_git(command: Callable[[], int]) -> int:
    """The status of the command; `ABORT` where that is no answer of it."""
    try:
        status = command()
    except SystemExit as error:  # argparse's: 0 after help, which nothing was measured for
        status = error.code if isinstance(error.code, int) else ABORT
    except Exception:  # Python would end with 1
        traceback.print_exc()
        return ABORT
    return status if status in (GOOD, BAD, SKIP) or status >= ABORT else ABORT
