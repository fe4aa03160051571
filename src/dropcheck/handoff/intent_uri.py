"""`intent:` and `android-app:` URIs, read and written as Android does (`Intent.parseUri`, `Intent.toUri`).

Source: AOSP `android.content.Intent` and the cases of its CTS `IntentTest`. Three things differ on purpose:
`launchFlags` are kept as written (Android drops the URI-permission flags, Chrome keeps an allow-list),
`format` writes every intent so that `parse` reads it back, where Android itself loses a few, and the form of
Android 1.0 (``#action(…)type(…)``) is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from dropcheck.handoff import _android_uri, _java_numbers

__all__ = ["ACTION_MAIN", "ACTION_VIEW", "Extra", "IntentUri", "IntentUriError", "format", "parse"]

ACTION_VIEW = "android.intent.action.VIEW"
ACTION_MAIN = "android.intent.action.MAIN"

Extra = str | bool | int | float

_FRAGMENT = "#Intent;"
_INTENT_SCHEME = "intent:"
_APP_SCHEME = "android-app:"
# What `Intent.toUri` accepts as a scheme it may move into `scheme=`.
_PLAIN_SCHEME = re.compile(r"[A-Za-z0-9.+-]+")
_PLACE = re.compile(r"(?P<scheme>[^/]*)://(?P<rest>[^/]*/.*)", re.DOTALL)
_HTTP = re.compile(r"https?:", re.IGNORECASE)

_EXTRA_LETTERS = {
    "S": "string",
    "B": "boolean",
    "b": "byte",
    "c": "char",
    "d": "double",
    "f": "float",
    "i": "int",
    "l": "long",
    "s": "short",
}
_LETTER_OF_TYPE = {name: letter for letter, name in _EXTRA_LETTERS.items()}


class IntentUriError(ValueError):
    """Text that Android refuses as an intent URI; `error` names the Java exception it throws."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True, slots=True)
class IntentUri:
    """What an intent URI asks Android to start.

    `scheme` is the scheme of `data` in its own case; `component` is ``package/full.class.Name``;
    `extra_types` gives the Java type of each extra by name; `selector` is the nested intent that picks the
    app instead, its `action` None unless named.
    `dead_form` marks ``intent:https://…``: data that is a web address of its own instead of ``//host/path``
    with ``scheme=https``. Hosts stopped opening it in October 2024 (reference 3.2, dbg-879e77f).
    """

    action: str | None = ACTION_VIEW
    data: str | None = None
    type: str | None = None
    package: str | None = None
    component: str | None = None
    categories: list[str] = field(default_factory=list)
    flags: int = 0
    extras: dict[str, Extra] = field(default_factory=dict)
    extra_types: dict[str, str] = field(default_factory=dict)
    identifier: str | None = None
    source_bounds: str | None = None
    selector: IntentUri | None = None
    dead_form: bool = False

    @property
    def scheme(self) -> str | None:
        """The scheme of `data`, None where there is no data or no colon in it."""
        if self.data is None:
            return None
        scheme, colon, _ = self.data.partition(":")
        return scheme if colon else None

    @property
    def fallback_url(self) -> str | None:
        """The `S.browser_fallback_url` extra, where it is an http(s) address (Chromium takes no other)."""
        url = self.extras.get("browser_fallback_url")
        return url if isinstance(url, str) and _HTTP.match(url) else None

    @property
    def browser_url(self) -> str | None:
        """The address a browser would load for this intent's data, None where it is not an http(s) one."""
        return self.data if self.data is not None and _HTTP.match(self.data) else None


def parse(uri: str) -> IntentUri:
    """Read an `intent:` or `android-app:` URI, or the bare ``#Intent;…;end`` form; other text is VIEW of it.

    Raises `IntentUriError` where Android throws, with the Java exception's name in `.error`.
    """
    text = _without_lone_surrogates(uri)
    hash_at = text.rfind("#")
    has_fragment = hash_at >= 0 and text.startswith(_FRAGMENT, hash_at)
    body = text[:hash_at] if has_fragment else text
    try:
        fragment = _read_fragment(text, hash_at + len(_FRAGMENT)) if has_fragment else _Fragment(IntentUri())
        if body.startswith(_APP_SCHEME):
            return _with_app_target(fragment, body.removeprefix(_APP_SCHEME))
    except IndexError as error:
        raise IntentUriError("URISyntaxException", f"{error} in {uri!r}") from None
    except ValueError as error:
        raise IntentUriError("NumberFormatException", f"{error} in {uri!r}") from None
    if not has_fragment or not body.startswith(_INTENT_SCHEME):
        return replace(fragment.intent, data=body or None, dead_form=_is_dead_form(body))
    data = body.removeprefix(_INTENT_SCHEME)
    if fragment.scheme is not None:
        data = f"{fragment.scheme}:{data}"
    return replace(fragment.intent, data=data or None, dead_form=_is_dead_form(body))


def format(intent: IntentUri) -> str:  # noqa: A001 - the pair of parse
    """Write the intent as a URI that `parse` reads back: `intent:`, or `android-app:` where only that can.

    That is the case for a package together with a selector, which no `intent:` URI can say.
    """
    if intent.package is not None and intent.selector is not None:
        scheme, body = _app_body(intent)
        items = _items(replace(intent, package=None), scheme, default_action=None)
    else:
        scheme, body = _intent_body(intent.data)
        items = _items(intent, scheme, default_action=ACTION_VIEW)
    if intent.selector is not None:
        data = intent.selector.data
        items += ["SEL", *_items(intent.selector, data and data.removesuffix(":"), default_action=None)]
    return f"{body}{_FRAGMENT}{''.join(item + ';' for item in items)}end"


def _without_lone_surrogates(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


# --- reading


@dataclass(frozen=True, slots=True)
class _Fragment:
    """What stood between ``#Intent;`` and ``end``; `scheme` still has to be put before the data."""

    intent: IntentUri
    scheme: str | None = None
    names_action: bool = False


# IndexError stands for Java's IndexOutOfBoundsException and its own "unknown EXTRA type", which Android
# both reports as URISyntaxException; ValueError for NumberFormatException.
_SETTERS: dict[str, Callable[[IntentUri, str], IntentUri]] = {
    "action": lambda intent, value: replace(intent, action=value),
    "category": lambda intent, value: replace(
        intent, categories=[*intent.categories, *([] if value in intent.categories else [value])]
    ),
    "type": lambda intent, value: replace(intent, type=value),
    "identifier": lambda intent, value: replace(intent, identifier=value),
    "launchFlags": lambda intent, value: replace(intent, flags=_java_numbers.decode_int(value)),
    "package": lambda intent, value: replace(intent, package=value),
    "component": lambda intent, value: replace(intent, component=_full_component(value)),
    "sourceBounds": lambda intent, value: replace(intent, source_bounds=value),
}


def _read_fragment(uri: str, at: int) -> _Fragment:
    base, selector = IntentUri(), None
    scheme: str | None = None
    names_action = False
    # Android looks only for the letters "end": whatever follows them is ignored.
    while not uri.startswith("end", at):
        semicolon, equals = uri.find(";", at), uri.find("=", at)
        if semicolon < 0:
            raise IndexError(f"no ';' after {uri[at:]!r} and no 'end'")
        name = uri[at:equals] if equals >= 0 else ""
        value = _android_uri.decode(uri[equals + 1 : semicolon]) if 0 <= equals < semicolon else ""
        current = base if selector is None else selector
        if name == "scheme" and selector is None:
            scheme = value
        elif name == "scheme":
            current = replace(current, data=f"{value}:")
        elif name in _SETTERS:
            names_action = names_action or (name == "action" and selector is None)
            current = _SETTERS[name](current, value)
        elif semicolon == at + 3 and uri.startswith("SEL", at):
            current, selector = IntentUri(action=None), IntentUri(action=None)
        else:
            current = _with_extra(current, uri[at : max(equals, at)], value)
        base, selector = (current, None) if selector is None else (base, current)
        at = semicolon + 1
    # An intent aimed at a package cannot have a selector as well; Android drops the selector.
    kept = selector if base.package is None else None
    return _Fragment(replace(base, selector=kept), scheme, names_action)


def _with_extra(intent: IntentUri, item: str, value: str) -> IntentUri:
    """Add an extra written as ``S.name``; the letter gives the Java type."""
    if item[1:2] != "." or item[0] not in _EXTRA_LETTERS:
        raise IndexError(f"{item!r} is neither a known name nor an extra such as 'S.name=value'")
    extra_type, key = _EXTRA_LETTERS[item[0]], _android_uri.decode(item[2:])
    extras, types = dict(intent.extras), dict(intent.extra_types)
    extras[key], types[key] = _extra_value(extra_type, value), extra_type
    return replace(intent, extras=extras, extra_types=types)


def _extra_value(extra_type: str, value: str) -> Extra:
    if extra_type == "string":
        return value
    if extra_type == "boolean":
        return value.lower() == "true"
    if extra_type == "char":
        if not value:
            raise IndexError("a char extra without a character")
        return value[0]
    if extra_type in ("double", "float"):
        return _java_numbers.parse_float(value)
    return _java_numbers.parse_int(value, extra_type)


def _full_component(flat: str) -> str | None:
    """``package/.Class`` in full; None where Android finds no class (`ComponentName.unflattenFromString`)."""
    package, _, class_name = flat.partition("/")
    if not class_name:
        return None
    return f"{package}/{package}{class_name}" if class_name.startswith(".") else flat


def _with_app_target(fragment: _Fragment, target: str) -> IntentUri:
    """Read ``//package[/scheme[/authority/path]]``; without a scheme it only starts the app."""
    if target in ("", "/"):
        raise IndexError("no package after 'android-app:'")
    if not target.startswith("//"):
        return fragment.intent
    package, slash, place = target[2:].partition("/")
    intent = replace(fragment.intent, package=package)
    # `scheme=` counts only where the path ends right after the package.
    scheme = fragment.scheme if slash and not place else None
    if place:
        scheme, _, after_scheme = place.partition("/")
        authority, has_path, path = after_scheme.partition("/")
        if has_path:
            return replace(intent, data=f"{scheme}://{authority}/{path}")
    if scheme is None:
        return intent if fragment.names_action else replace(intent, action=ACTION_MAIN)
    return replace(intent, data=f"{scheme}:")


def _is_dead_form(body: str) -> bool:
    return body.startswith(_INTENT_SCHEME) and _HTTP.match(body, len(_INTENT_SCHEME)) is not None


# --- writing


def _items(intent: IntentUri, scheme: str | None, *, default_action: str | None) -> list[str]:
    """The fragment's items in the order `Intent.toUri` writes them."""
    items = [] if scheme is None else [f"scheme={_android_uri.encode(scheme)}"]
    if intent.action is not None and intent.action != default_action:
        items.append(f"action={_android_uri.encode(intent.action)}")
    items += [f"category={_android_uri.encode(category)}" for category in intent.categories]
    if intent.type is not None:
        items.append(f"type={_android_uri.encode(intent.type, '/')}")
    if intent.identifier is not None:
        items.append(f"identifier={_android_uri.encode(intent.identifier, '/')}")
    if intent.flags:
        # A negative number keeps its sign: Android would write 0xffff…, which it cannot read itself.
        items.append(f"launchFlags={intent.flags:#x}")
    if intent.package is not None:
        items.append(f"package={_android_uri.encode(intent.package)}")
    if intent.component is not None:
        items.append(f"component={_android_uri.encode(_short_component(intent.component), '/')}")
    if intent.source_bounds is not None:
        items.append(f"sourceBounds={_android_uri.encode(intent.source_bounds)}")
    items += [_extra_item(intent, key, value) for key, value in intent.extras.items()]
    return items


def _extra_item(intent: IntentUri, key: str, value: Extra) -> str:
    extra_type = intent.extra_types.get(key) or _guessed_type(value)
    text = value if isinstance(value, str) else _java_numbers.text(value)
    return f"{_LETTER_OF_TYPE[extra_type]}.{_android_uri.encode(key)}={_android_uri.encode(text)}"


def _guessed_type(value: Extra) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if -(2**31) <= value < 2**31 else "long"
    return "double" if isinstance(value, float) else "string"


def _short_component(component: str) -> str:
    package, _, class_name = component.partition("/")
    if class_name.startswith(f"{package}."):
        return f"{package}/{class_name.removeprefix(package)}"
    return component


def _intent_body(data: str | None) -> tuple[str | None, str]:
    """The `scheme=` value (None: none is written) and the text before `#Intent;`."""
    if data is None:
        return None, _INTENT_SCHEME
    scheme, colon, rest = data.partition(":")
    if colon and _PLAIN_SCHEME.fullmatch(scheme):
        return scheme, _INTENT_SCHEME + rest
    return None, _INTENT_SCHEME + data


def _app_body(intent: IntentUri) -> tuple[str | None, str]:
    """As `_intent_body`, for the `android-app:` form."""
    package = f"{_APP_SCHEME}//{intent.package}"
    if intent.data is None:
        return None, package
    place = _PLACE.fullmatch(intent.data)
    if place is None:
        return intent.data.removesuffix(":"), f"{package}/"
    return None, f"{package}/{place['scheme']}/{place['rest']}"
