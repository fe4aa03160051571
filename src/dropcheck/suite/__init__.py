"""Suites: load, validate (line and column), expand into a plan. Pure apart from reading a suite's own files."""

from .errors import Problem, SelectionError, SuiteError
from .load import find_suites, load_suite, load_suites, looks_like_suite, parse_suite
from .model import CheckCall, Expectation, Known, Link, Suite
from .moment import Moment
from .registry import CheckOptions, CheckRegistry, CheckSpec, UnresolvedOption
from .sheet import Artist, Identity, Release, Track

__all__ = [
    "Artist",
    "CheckCall",
    "CheckOptions",
    "CheckRegistry",
    "CheckSpec",
    "Expectation",
    "Identity",
    "Known",
    "Link",
    "Moment",
    "Problem",
    "Release",
    "SelectionError",
    "Suite",
    "SuiteError",
    "Track",
    "UnresolvedOption",
    "find_suites",
    "load_suite",
    "load_suites",
    "looks_like_suite",
    "parse_suite",
]
