"""Read a results document that another dropcheck may have written, and say what of it could not be read."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from dropcheck.report.errors import ReportError, ReportWarning
from dropcheck.report.json_text import json_of
from dropcheck.result import SCHEMA, CaseResult, ProfileUsed, Release, Results, RunInfo, Summary

_SCHEMA_NAME = re.compile(r"dropcheck\.results/(\d+)")
_NOTICES = "notices"
_Entry = TypeVar("_Entry", CaseResult, Release, ProfileUsed)


def load(path: Path | str) -> Results:
    """Return the results document at `path`.

    A document of an older or newer schema is read as far as it goes, with a `ReportWarning`; entries that
    can't be read are left out and named in `notices(results)`. Raises `ReportError` when nothing useful can
    be made of it.
    """
    source = Path(path)
    try:
        text = source.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ReportError(
            f"{source}: there is no such file. `dropcheck run SUITE --json {source}` writes one."
        ) from None
    except IsADirectoryError:
        inside = source / "results.json"
        raise ReportError(
            f"{source}: this is a folder. Name the results file in it, such as {inside}."
        ) from None
    except UnicodeDecodeError as error:
        raise ReportError(
            f"{source}: this isn't text (byte {error.start}). A results file is JSON in UTF-8."
        ) from None
    except OSError as error:
        raise ReportError(f"{source}: can't be read: {error.strerror or error}.") from None
    return parse(text, str(source))


def parse(text: str, name: str = "results") -> Results:
    """Return the results document in `text`, called `name` in messages; raises and warns as `load` does."""
    results = _document(_json(text, name), name)
    for notice in notices(results):
        warnings.warn(f"{name}: {notice}", ReportWarning, stacklevel=3)
    return results


def notices(results: Results) -> list[str]:
    """Return what could not be read of a document, in sentences for the report's reader."""
    found = (results.model_extra or {}).get(_NOTICES)
    return [str(notice) for notice in found] if isinstance(found, list) else []


def with_notices(results: Results, said: list[str]) -> Results:
    """Return `results` with sentences on what could not be read of what they were made from."""
    return Results.model_validate({**dict(results), _NOTICES: said}) if said else results


def left_out(results: Results) -> bool:
    """Return whether cases that belong to the document could not be read or are nowhere: who knows if all is well."""
    return any(notice.startswith("`cases") for notice in notices(results))


def _json(text: str, name: str) -> dict[str, Any]:
    if not text.strip():
        raise ReportError(
            f"{name}: the file is empty. The run was stopped before it wrote its results;"
            " run it again with --resume."
        )
    try:
        document = json_of(text)
    except json.JSONDecodeError as error:
        where = f"{name}, line {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg:
            raise ReportError(
                f"{where}: the file stops in the middle. Run again with --resume:"
                " the journal still has every finished case."
            ) from None
        raise ReportError(
            f"{where}: this isn't JSON ({error.msg}). Give the file that --json wrote."
        ) from None
    except RecursionError:
        raise ReportError(f"{name}: the JSON is nested too deeply to be a results file.") from None
    except ValueError as error:
        raise ReportError(f"{name}: this isn't JSON ({error}). Give the file that --json wrote.") from None
    if not isinstance(document, dict):
        raise ReportError(
            f"{name}: a results file holds one JSON object; this holds a {type(document).__name__}."
        )
    return document


def _document(raw: dict[str, Any], name: str) -> Results:
    remarks = _schema_remarks(raw, name)
    missing = [part for part in ("run", "cases") if part not in raw]
    if missing:
        raise ReportError(
            f"{name}: no `{'` and no `'.join(missing)}` in it, so there is nothing to report."
            " Is this the file that --json wrote?"
        )
    run = _run(raw["run"], name)
    cases = _entries(raw["cases"], CaseResult, "cases", "id", remarks)
    if raw["cases"] and not cases:
        raise ReportError(f"{name}: none of its cases can be read. {remarks[-1]}")
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            remarks.append(f"The case {case.id} is there twice; both are shown.")
        seen.add(case.id)
    return Results.model_validate(
        {
            **{key: value for key, value in raw.items() if key not in Results.model_fields},
            "schema": str(raw.get("schema", SCHEMA)),
            "run": run,
            "summary": Summary.of(cases),
            "releases": _entries(raw.get("releases", []), Release, "releases", "suite", remarks),
            "profiles": _entries(raw.get("profiles", []), ProfileUsed, "profiles", "name", remarks),
            "cases": cases,
            _NOTICES: [*notices_of(raw), *remarks],
        }
    )


def notices_of(raw: dict[str, Any]) -> list[str]:
    """Return the notices an earlier reading left in the raw document `raw`."""
    found = raw.get(_NOTICES)
    return [str(notice) for notice in found] if isinstance(found, list) else []


def _schema_remarks(raw: dict[str, Any], name: str) -> list[str]:
    schema = raw.get("schema")
    if schema == SCHEMA:
        return []
    known = _SCHEMA_NAME.fullmatch(str(schema)) if schema is not None else None
    if schema is not None and known is None:
        raise ReportError(
            f"{name}: its schema is {str(schema)[:80]!r}, not {SCHEMA!r}. Give the file that --json wrote."
        )
    if known is None:
        return [f"The file names no schema; it was read as {SCHEMA}."]
    age = "a newer" if int(known[1]) > int(SCHEMA.rpartition("/")[2]) else "an older"
    return [f"The results come from {age} dropcheck ({schema}) and are shown as far as {SCHEMA} goes."]


def _run(raw: Any, name: str) -> RunInfo:
    try:
        return RunInfo.model_validate(raw)
    except ValidationError as error:
        raise ReportError(f"{name}: `run` can't be read: {_first(error)}.") from None


def _entries(raw: Any, model: type[_Entry], part: str, key: str, remarks: list[str]) -> list[_Entry]:
    if not isinstance(raw, list):
        remarks.append(f"`{part}` should be a list and is a {type(raw).__name__}; it was left out.")
        return []
    entries: list[_Entry] = []
    for number, entry in enumerate(raw):
        try:
            entries.append(model.model_validate(entry))
        except ValidationError as error:
            called = entry.get(key) if isinstance(entry, dict) else None
            label = str(called)[:120] if called else "nameless"
            remarks.append(f"`{part}[{number}]` ({label}) can't be read and was left out: {_first(error)}.")
    return entries


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(step) for step in first["loc"]) or "it"
    return f"{where}: {first['msg']}"
