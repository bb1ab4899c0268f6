"""`python -m pyconc.statements` prints what this Python has to say to every statement, as JSON.

With the id of a statement and a file, it checks that one in this process and writes its answer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from pyconc.statements.answers import answer_all, answer_here, to_json


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print(json.dumps(to_json(answer_all()), allow_nan=False))
        return 0
    name, file = arguments
    Path(file).write_text(json.dumps(answer_here(name)._asdict(), allow_nan=False), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
