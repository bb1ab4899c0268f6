"""A command that ends, with all that it started, when whoever asked for it ends.

Another process stands between: it sees by the end of its input that nobody waits any more, however
that came. Until all has ended it holds the locks that were held, so that nobody else begins.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from pyconc.cache import held_locks
from pyconc.measure import kin

_ROOT = str(Path(__file__).parents[2])
_CODE = (
    "import sys; sys.path.append(sys.argv.pop(1))\n"
    "from pyconc.measure.guard import main; sys.exit(main(sys.argv[1:]))"
)
_GUARD = (sys.executable, "-I", "-S", "-c", _CODE, _ROOT)
#: Exit status where there is no such command.
_NO_COMMAND = 127
#: Seconds in which a guard must have ended everything, on however busy a machine.
_ENDS = 30.0


def run_guarded(
    command: Sequence[str], env: Mapping[str, str] | None, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; what it prints is returned.

    Raises:
        OSError: it cannot be run.
        subprocess.TimeoutExpired: it ran too long, and was ended.
    """
    if os.name != "posix":
        return subprocess.run(
            command, env=env, capture_output=True, text=True, errors="replace", timeout=timeout
        )
    # Into files: whatever holds a pipe open would be waited for, though the guard has ended.
    with TemporaryFile() as out, TemporaryFile() as err:
        status = _guarded([*_GUARD, *command], env, timeout, (out, err))
        said = [_read(each) for each in (out, err)]
    return subprocess.CompletedProcess(list(command), status, *said)


def _guarded(
    command: Sequence[str],
    env: Mapping[str, str] | None,
    timeout: float,
    output: tuple[IO[bytes], IO[bytes]],
) -> int:
    mark = kin.new_mark()
    reading, holding = os.pipe()
    try:
        process = subprocess.Popen(
            command, env={**(os.environ if env is None else env), kin.MARK: mark}, stdin=reading,
            stdout=output[0], stderr=output[1], start_new_session=True, pass_fds=held_locks(),
        )  # fmt: skip
    except BaseException:
        os.close(holding)
        raise
    finally:
        os.close(reading)
    try:
        return process.wait(timeout)
    finally:
        os.close(holding)
        _see_it_end(process, mark)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return TextIOWrapper(file, errors="replace").read()


def _see_it_end(process: subprocess.Popen[bytes], mark: str) -> None:
    process.send_signal(signal.SIGCONT)  # it may be stopped
    try:
        process.wait(_ENDS)
    except subprocess.TimeoutExpired:
        process.kill()
    if process.wait() < 0:  # it could not do its work
        kin.end_all(lambda: kin.marked(mark))


def main(command: list[str]) -> int:
    """The guard: its input is a pipe that nobody writes into, and that ends with who asked.

    Returns:
        The command's exit status, as a shell has it.
    """
    kin.adopting()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # without a word
    awake, wake = os.pipe()
    os.set_blocking(awake, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)  # written to `wake` by the next line
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, env=kin.given_variables(),
            preexec_fn=kin.dies_with_parent,  # this process has one thread
        )  # fmt: skip
    except OSError as error:
        print(f"{command[0]} does not run: {error.strerror}", file=sys.stderr)
        return _NO_COMMAND
    while process.poll() is None:
        ready, _, _ = select.select([0, awake], [], [])
        if 0 in ready:
            break
        os.read(awake, 1 << 10)
    kin.end_all(lambda: kin.descendants(os.getpid()))
    status = process.wait()
    return status if status >= 0 else 128 - status
