"""Start the host program: ``/usr/bin/python3 -I <this folder> [device scale]``."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def _load() -> None:
    # The folder is loaded as a package of its own, so that its modules find one another without dropcheck.
    folder = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != folder]
    spec = importlib.util.spec_from_file_location(
        "webkitgtk_host", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["webkitgtk_host"] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    _load()
    surroundings = importlib.import_module("webkitgtk_host.surroundings")
    with surroundings.prepared(scale=int(sys.argv[1]) if len(sys.argv) > 1 else 1):
        sys.exit(importlib.import_module("webkitgtk_host.host").main())
