"""What a Python is, and which cases it cannot run: asked of it in a process of its own.

``python -m pyconc.measure.probe [FOLDER]`` prints one JSON object.
"""

from __future__ import annotations

import json
import platform
import sys
import sysconfig
from pathlib import Path
from typing import Any

from pyconc.suite import catalog
from pyconc.suite.requirements import gil_enabled


def describe() -> dict[str, Any]:
    """This Python: version, build and state of the GIL, as plain scalars."""
    import multiprocessing

    arguments = str(sysconfig.get_config_var("CONFIG_ARGS") or "")
    return {
        "executable": sys.executable,
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "compiler": platform.python_compiler(),
        "gil": "on" if gil_enabled() else "off",
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "optimized": "--enable-optimizations" in arguments,
        "lto": "--with-lto" in arguments,
        "debug": hasattr(sys, "gettotalrefcount"),
        "start_method": multiprocessing.get_start_method(),
        "switch_interval": sys.getswitchinterval(),
    }


def main(arguments: list[str]) -> int:
    cases = catalog.load(Path(arguments[0]) if arguments else None)
    skipped = {case.id: reason for case in cases if (reason := case.skip_reason())}
    print(json.dumps({"python": describe(), "skipped": skipped}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
