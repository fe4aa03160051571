"""The JSON Schema of a suite file, for editors. The models are its only source."""

from __future__ import annotations

from typing import Any, Literal

from .model import CheckExtras, Suite
from .registry import CheckRegistry, CheckSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(registry: CheckRegistry) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a suite file with the checks of `registry`."""
    schema: dict[str, Any] = Suite.model_json_schema()
    definitions: dict[str, Any] = schema.setdefault("$defs", {})
    extras = _definition(CheckExtras.model_json_schema(), definitions)
    for spec in registry:
        definitions[_options_name(spec)] = _with_extras(spec, extras, definitions)
    definitions["LinkCheck"] = _check(registry, "link")
    definitions["SuiteCheck"] = _check(registry, None)
    definitions["Link"]["properties"]["checks"]["items"] = {"$ref": "#/$defs/LinkCheck"}
    schema["properties"]["checks"]["items"] = {"$ref": "#/$defs/SuiteCheck"}
    # What pydantic writes of the checks' Python types says nothing about the file.
    for unused in ("BaseModel", "CheckCall", "CheckExtras"):
        definitions.pop(unused, None)
    del schema["properties"]["version"]["default"]
    _tidy(schema)
    return {"$schema": DIALECT, **schema, "title": "dropcheck suite"}


def _options_name(spec: CheckSpec) -> str:
    return f"check-{spec.name}"


def _definition(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Move what `schema` refers to into `definitions`."""
    definitions.update(schema.pop("$defs", {}))
    return schema


def _with_extras(spec: CheckSpec, extras: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    options = _definition(spec.options.model_json_schema(), definitions)
    return {**options, "properties": {**extras["properties"], **options.get("properties", {})}}


def _check(registry: CheckRegistry, scope: Literal["link", "release"] | None) -> dict[str, Any]:
    """A check's bare name, or an object with that one key; editors explain keys better than `oneOf`."""
    specs = [spec for spec in registry if scope in (None, spec.scope)]
    return {
        "description": "A check: its name, or its name with options.",
        "type": ["string", "object"],
        "if": {"type": "string"},
        "then": {"enum": [spec.name for spec in specs]},
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {
            spec.name: {
                "description": spec.options.__doc__ or "",
                "anyOf": [{"$ref": f"#/$defs/{_options_name(spec)}"}, {"type": "null"}],
            }
            for spec in specs
        },
    }


def _tidy(part: Any) -> None:
    """Drop what helps no reader of a YAML file: made-up titles, empty defaults, "or null" of optionals."""
    if isinstance(part, list):
        for member in part:
            _tidy(member)
    if not isinstance(part, dict):
        return
    if isinstance(part.get("title"), str):
        del part["title"]
    if part.get("default", ...) is None:
        del part["default"]
        alternatives = part.get("anyOf", [])
        if len(alternatives) == 2 and alternatives[1] == {"type": "null"}:
            del part["anyOf"]
            part.update({**alternatives[0], **part})
    if part.get("default", ...) in ([], "", {}):
        del part["default"]
    for member in part.values():
        _tidy(member)
