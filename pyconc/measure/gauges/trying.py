"""Tries out a counter under the Python of an arm: ``python -m pyconc.measure.gauges.trying perf``.

It ends with status 1 and a line on standard error if nothing can be counted.
"""

from __future__ import annotations

import sys
import threading

from pyconc.measure.gauges.counters import COUNTERS, CounterError

_TURNS = 10_000


def main(name: str) -> int:
    try:
        counter = COUNTERS[name]()
        counter.start()
        thread = threading.Thread(target=_turns)
        thread.start()
        thread.join()
        counter.stop()
        if counter.count() < _TURNS:
            raise CounterError(f"{name} does not count what a thread does")
    except CounterError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _turns() -> None:
    for _ in range(_TURNS):
        pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
