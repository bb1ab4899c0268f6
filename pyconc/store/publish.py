"""A campaign made ready to be published: ``python -m pyconc.store.publish CAMPAIGN FOLDER``.

The pyperf files are compressed, the journal and the logs are left out, and home folders in paths
are shortened to ``~``: nobody needs to know where on a machine its Pythons are.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from pyconc.cache import home_folder
from pyconc.errors import UsageError, brief
from pyconc.screen import say, warn
from pyconc.store.about import read_about
from pyconc.store.current import arm_file
from pyconc.store.files import read_document
from pyconc.store.journal import CAMPAIGN, write_json

#: Further files of a campaign that are worth publishing.
_BESIDE = ("noise.json", "statements.json")


def publish(campaign: Path, folder: Path) -> list[Path]:
    """Write what is published of a campaign into a folder.

    Returns:
        The files.

    Raises:
        UsageError: the campaign cannot be read or has a newer journal, or the folder cannot be
            written.
    """
    about = read_about(campaign)
    documents = {CAMPAIGN: _shortened(about)}
    for interpreter in about["interpreters"]:
        label = interpreter["label"]
        path = arm_file(campaign, label)
        if path is None:
            raise UsageError(
                f"{brief(campaign)} has no file of {label} that is up to date; "
                f"`pyconc run --resume {brief(campaign)}` writes it"
            )
        documents[f"python-{label}.json.gz"] = _shortened(read_document(path))
    for name in _BESIDE:
        if (campaign / name).exists():
            documents[name] = _shortened(read_document(campaign / name))
    return _write(documents, folder)


def _write(documents: dict[str, Any], folder: Path) -> list[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, document in documents.items():
            if name.endswith(".gz"):
                text = json.dumps(document, separators=(",", ":"), sort_keys=True, allow_nan=False)
                packed = gzip.compress(text.encode("utf-8"), mtime=0)
                (folder / name).write_bytes(packed)
            else:
                write_json(folder / name, document)
    except OSError as error:
        raise UsageError(f"cannot write {brief(folder)}: {error.strerror or error}") from error
    return [folder / name for name in documents]


def _shortened(document: Any) -> Any:
    """A document in which no text has the home folder in it."""
    home = home_folder()
    if home is None:
        return document
    text, name = json.dumps(document, allow_nan=False), json.dumps(str(home), allow_nan=False)[1:-1]
    return json.loads(text.replace(f"{name}/", "~/"))


def main() -> int:
    if len(sys.argv) != 3:
        print("usage: python -m pyconc.store.publish CAMPAIGN FOLDER", file=sys.stderr)
        return 2
    try:
        for path in publish(*map(Path, sys.argv[1:])):
            say(path)
    except UsageError as error:
        warn(error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
