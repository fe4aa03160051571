"""Finds every dropcheck command in a text and holds it against the program's own commands and options."""

from __future__ import annotations

import re
import shlex

import click

from dropcheck.cli.program import COMMANDS, program

#: A command at the beginning of a line, a step or a part of one; in prose it stands between backquotes.
_CALL = re.compile(r"(?:^|[`(&|;]\s*|run: |\$ |- )(?:\.venv/bin/)?dropcheck ([^\n`|;&]*)", re.MULTILINE)


def calls_in(text: str) -> list[str]:
    """Return what stands behind ``dropcheck`` wherever a command is shown."""
    return [match[1].strip() for match in _CALL.finditer(text)]


def fault_of(call: str) -> str | None:
    """Return what is wrong with a command line, or None: its command and each option must exist."""
    words = shlex.split(re.sub(r"\$\{\{.*?\}\}", "X", call), comments=True)
    # click remembers a command's help option as its first context made it.
    context = click.Context(program, info_name="dropcheck", help_option_names=["-h", "--help"])
    while words and words[0].startswith("-"):
        if words[0] not in _options(program, context):
            return f"dropcheck has no option {words[0]}"
        words = words[1:]
    if not words:
        return None
    if words[0] not in COMMANDS:
        return f"there is no command {words[0]}"
    command = program.get_command(context, words[0])
    assert command is not None
    known = _options(command, click.Context(command, parent=context, info_name=words[0]))
    for word in words[1:]:
        option = word.partition("=")[0]
        if re.fullmatch(r"--?[a-z][a-z-]*", option) and option not in known:
            return f"dropcheck {words[0]} has no option {option}"
    return None


def _options(command: click.Command, context: click.Context) -> set[str]:
    return {
        name
        for param in command.get_params(context)
        if isinstance(param, click.Option)
        for name in (*param.opts, *param.secondary_opts)
    }
