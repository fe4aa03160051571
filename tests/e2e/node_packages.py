"""Packages of npm that end-to-end tests use: installed once into the user's cache, never into the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

#: Pinned, so that a detector's new list is met when somebody looks, and not on a release night.
PACKAGES = (
    "inapp-spy@5.0.10",
    "eiab@0.4.2",
    "detect-inapp@1.4.0",
    "ua-parser-js@2.0.10",
    "device-detector-js@3.0.3",
    "esbuild@0.28.2",
)
_INSTALL_BOUND_S = 240


def node_folder(*packages: str) -> Path:
    """Return a folder with the packages in its ``node_modules``; skips with what is missing and how to get it.

    Without any named, those of `PACKAGES`.
    """
    packages = packages or PACKAGES
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is missing: install Node.js 20 or newer, which brings npm")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dropcheck-tests" / "npm"
    missing = [package for package in packages if not _is_there(cache, package)]
    if missing:
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "package.json").write_text(json.dumps({"private": True}))
        command = ["npm", "install", "--prefix", str(cache), "--no-audit", "--no-fund", *packages]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_INSTALL_BOUND_S, check=False
            )
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm did not answer; with a network: npm install {' '.join(missing)}")
        if done.returncode:
            pytest.skip(f"npm could not install; with a network: npm install {' '.join(missing)}")
    return cache


def run_node(script: Path, stdin: str) -> str:
    """Run a script with node beside the packages and return what it prints."""
    folder = node_folder()
    # A module is looked for beside the file that asks for it.
    placed = shutil.copy(script, folder / script.name)
    done = subprocess.run(
        ["node", str(placed)], input=stdin, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def bundle(source: str, name: str) -> str:
    """Return `source`, a module that imports packages, as one script for a page (esbuild)."""
    folder = node_folder()
    entry = folder / f"{name}.entry.js"
    entry.write_text(source)
    done = subprocess.run(
        [str(folder / "node_modules/.bin/esbuild"), str(entry), "--bundle", "--format=iife", "--minify"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _is_there(folder: Path, package: str) -> bool:
    name, _, version = package.rpartition("@")
    manifest = folder / "node_modules" / name / "package.json"
    return manifest.is_file() and json.loads(manifest.read_text())["version"] == version
