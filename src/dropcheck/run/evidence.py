"""Keeps the pictures, files and traces of cases below the run's folder."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from dropcheck.events import CaseFinished
from dropcheck.result import CaseResult, Verdict
from dropcheck.run.errors import OutputError
from dropcheck.run.options import KeepEvidence
from dropcheck.run.pictures import case_with_pictures, release_with_pictures

FOLDER = "evidence"
TRACES = "traces"


class EvidenceFolder:
    """Writes ``evidence/CASE/NAME`` below `out`; with `failures`, a case that works loses its files again.

    An `EvidenceStore` as checks take it. The disk running full costs a picture, never a case.
    """

    def __init__(self, out: Path, keep: KeepEvidence) -> None:
        self._out = out
        self._keep = keep
        self.lost = 0

    def keep(self, case_id: str, name: str, content: bytes) -> str | None:
        """Keep `content`; return its path relative to the run's folder, None if it is not kept."""
        if self._keep is KeepEvidence.NONE:
            return None
        folder = self._folder(case_id)
        file = folder / safe_name(name)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        except OSError:
            self.lost += 1
            return None
        return file.relative_to(self._out).as_posix()

    def take(self, files: Mapping[str, bytes]) -> None:
        """Keep files that were named elsewhere as `keep` names them: on a worker of a cluster."""
        for name, content in files.items():
            file = self._out / name
            if (
                PurePosixPath(name).parts[:1] not in ((FOLDER,), (TRACES,))
                or ".." in PurePosixPath(name).parts
            ):
                continue
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            except OSError:
                self.lost += 1

    def finished(self, case: CaseFinished) -> CaseFinished:
        """Take note of a verdict; return what came of the case without the pictures that are not kept."""
        if self._keep is not KeepEvidence.FAILURES or case.result.verdict is not Verdict.PASS:
            return case
        with contextlib.suppress(OSError):
            shutil.rmtree(self._folder(case.result.id))
        release = case.release and release_with_pictures(case.release, _none)
        return replace(case, result=case_with_pictures(case.result, _none), release=release)

    def files_of(self, case_id: str) -> list[Path]:
        """Return every file kept of a case, sorted by name."""
        folder = self._folder(case_id)
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def _folder(self, case_id: str) -> Path:
        return self._out / FOLDER / safe_name(case_id)


def _none(_name: str) -> None:
    return None


def trace_of(result: CaseResult) -> str | None:
    """Return the name of a case's trace below the run's folder; None when it has none."""
    name = result.data.get("trace")
    return name if isinstance(name, str) and name.startswith(f"{TRACES}/") and ".." not in name else None


def prepare_folder(out: Path) -> Path:
    """Make the run's folder; raises `OutputError` when it can't be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".dropcheck-probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise OutputError(
            f"{out}: results can't be written here ({error.strerror}); name another folder with --out"
        ) from None
    return out


def safe_name(name: str) -> str:
    """A file name that is the same on every system; names that had to change keep a mark of the original."""
    plain = re.sub(r"[^A-Za-z0-9._+@-]+", "-", name).strip(".-")[:100] or "case"
    if plain == name:
        return plain
    stem, dot, ending = plain.rpartition(".")
    mark = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{stem}-{mark}.{ending}" if dot and len(ending) <= 5 else f"{plain}-{mark}"
