"""The JSON Schema says what the loader does."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from dropcheck.suite import CheckSpec, json_schema

from .test_load import FULL


@pytest.fixture
def validator(registry):
    schema = json_schema(registry)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(json.loads(json.dumps(schema)))


def errors(validator, text: str) -> list[str]:
    # An editor reads dates as texts.
    return [error.message for error in validator.iter_errors(yaml.load(text, yaml.BaseLoader))]


def test_the_suite_of_the_design_is_valid(validator):
    document = json.loads(json.dumps(yaml.safe_load(FULL), default=str))
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "text",
    [
        "links: [{url: 'https://a.example', checks: [escape, presave: ]}]",
        "links: [{url: 'https://a.example', tap: text=Go, tags: one}]",
        "links: [{url: 'https://a.example', checks: [escape: {name: a, expect: pass}]}]",
        "links: [{url: '${DROPCHECK_VAR_URL}', checks: [escape: {expect: {tiktok-ios: {verdict: warn}}}]}]",
        "checks: [metadata: {sources: spotify}, escape]",
        "release: {artists: Mara}",
        "release: {artists: [Mara, {name: Vale}]}",
        "include: a.yaml",
    ],
)
def test_short_forms_are_valid(validator, text):
    shown = yaml.load(text, yaml.BaseLoader)
    assert [error.message for error in validator.iter_errors(_without_blank(shown))] == []


def _without_blank(value):
    if isinstance(value, dict):
        return {key: _without_blank(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_without_blank(member) for member in value]
    return None if value == "" else value


@pytest.mark.parametrize(
    "text",
    [
        "sute: x",
        "links: [{name: a}]",
        "links: [{url: 'javascript:x'}]",
        "links: [{url: 'https://a.example', checks: [escpe]}]",
        "links: [{url: 'https://a.example', checks: [escape: {too: app}]}]",
        "links: [{url: 'https://a.example', checks: [metadata]}]",
        "links: [{url: 'https://a.example', checks: [{escape: {}, presave: {}}]}]",
        "internet: lokal",
    ],
)
def test_what_the_loader_refuses_is_invalid(validator, refused, text):
    assert errors(validator, text)
    assert refused(text)


def test_a_check_of_ones_own_has_its_place(registry):
    class Mine(BaseModel):
        """Mine."""

        level: int = 1

    registry.add(CheckSpec("mine", Mine))
    schema = json_schema(registry)
    assert "mine" in schema["$defs"]["LinkCheck"]["properties"]
    assert set(schema["$defs"]["check-mine"]["properties"]) == {"name", "known", "expect", "level"}


def test_every_key_is_described(registry):
    schema = json_schema(registry)
    for name in ("Release", "Link", "check-escape", "check-presave", "check-placement"):
        for key, described in schema["$defs"][name]["properties"].items():
            assert described.get("description") or "$ref" in described, f"{name}.{key}"
