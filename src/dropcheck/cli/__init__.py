"""The command line: one module per command, imported when the command is used."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run dropcheck with `arguments` (default: the process's) and end the process with its exit code."""
    from dropcheck.cli.program import end_with
    from dropcheck.cli.streams import read_or_not

    read_or_not()
    sys.exit(end_with(sys.argv[1:] if arguments is None else list(arguments)))
