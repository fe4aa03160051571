"""Suites: load, validate (line and column), expand into a plan. Pure but for reading a suite's files."""

from .case import Case, Plan, ProfileFacts, Visits
from .errors import Problem, SelectionError, SuiteError
from .expand import plan
from .find import find_suites, looks_like_suite
from .load import load_file, load_suite, load_suites, parse_suite
from .model import CheckCall, Expectation, Known, Link, Suite
from .moment import Moment
from .new import new_suite
from .registry import CheckOptions, CheckRegistry, CheckSpec, UnresolvedOptionError
from .schema import json_schema
from .select import Selection, Shard
from .sheet import Artist, Identity, Release, Track

__all__ = [
    "Artist",
    "Case",
    "CheckCall",
    "CheckOptions",
    "CheckRegistry",
    "CheckSpec",
    "Expectation",
    "Identity",
    "Known",
    "Link",
    "Moment",
    "Plan",
    "Problem",
    "ProfileFacts",
    "Release",
    "Selection",
    "SelectionError",
    "Shard",
    "Suite",
    "SuiteError",
    "Track",
    "UnresolvedOptionError",
    "Visits",
    "find_suites",
    "json_schema",
    "load_file",
    "load_suite",
    "load_suites",
    "looks_like_suite",
    "new_suite",
    "parse_suite",
    "plan",
]
