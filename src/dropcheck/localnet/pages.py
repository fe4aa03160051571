"""Turns an answer of the site map into a response: files, templates, redirects, faults."""

from __future__ import annotations

import mimetypes
import re
from html import escape
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from dropcheck.localnet.errors import SiteMapError
from dropcheck.localnet.message import Request, Response
from dropcheck.localnet.site_map import Answer, Site, load_faults, load_sites


class Pages:
    """The fixture folder as a set of sites.

    Requests are counted per path and client, and a client is its User-Agent, so that a page that fails once
    and then works does so for each phone.
    """

    def __init__(self, fixtures: Path) -> None:
        self.fixtures = fixtures
        self.sites = load_sites(fixtures)
        self.faults = load_faults(fixtures)
        self._shared = _shared_values(fixtures)
        self._visits: dict[tuple[str, str, str], int] = {}
        self._environments: dict[Path, Environment] = {}
        self._check_references()

    def forget_visits(self) -> None:
        """Starts every "first N requests" again."""
        self._visits.clear()

    def answer(self, site: Site, request: Request, ports: dict[str, int]) -> tuple[Response, int]:
        """The response to a request, which can name our `ports`, and the milliseconds to wait before it."""
        found = site.find(request.path)
        if found is None:
            return _not_found(request), site.latency_ms
        route, parameters = found
        key = (site.host, request.path, request.user_agent)
        visit = self._visits[key] = self._visits.get(key, 0) + 1
        names = {**parameters, "query": request.query, "visit": str(visit), "host": request.host}
        names |= {name: str(port) for name, port in ports.items()}
        folder = site.folder
        answer = _pick(site.routes[route], request, visit)
        if answer is not None and answer.fault is not None:
            fault = self.faults.get(_fill(answer.fault, names))
            folder = self.fixtures
            answer = _pick(fault.answer, request, visit) if fault else None
        if answer is None:
            return _not_found(request), site.latency_ms
        return self._respond(site, folder, answer, request, names), site.latency_ms + answer.latency_ms

    def _respond(
        self, site: Site, folder: Path, answer: Answer, request: Request, names: dict[str, str]
    ) -> Response:
        headers = [*_pairs(site.headers), *_pairs(answer.headers)]
        body, content_type = b"", None
        status = answer.status or (302 if answer.redirect is not None else 200)
        if answer.redirect is not None:
            location = _fill(answer.redirect, names)
            if answer.keep_query and request.query:
                location += ("&" if "?" in location else "?") + request.query
            headers.append(("Location", location))
        elif answer.text is not None:
            body, content_type = _fill(answer.text, names).encode(), "text/plain; charset=utf-8"
        elif answer.template is not None:
            values = {**self._shared, **site.values, **answer.values, **names, "request": request}
            try:
                page = self._environment(folder).get_template(answer.template).render(values)
            except TemplateError as error:
                return Response.text(f"{answer.template}: {error}", 500)
            body, content_type = page.encode(), "text/html; charset=utf-8"
        elif answer.file is not None:
            file = (folder / answer.file).resolve()
            body = file.read_bytes()
            content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if content_type and not any(name.lower() == "content-type" for name, _ in headers):
            headers.insert(0, ("Content-Type", content_type))
        return Response(status, tuple(headers), body, answer.wire)

    def _environment(self, folder: Path) -> Environment:
        if folder not in self._environments:
            self._environments[folder] = Environment(
                loader=FileSystemLoader([folder, self.fixtures / "templates"]),
                autoescape=True,
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
            )
        return self._environments[folder]

    def _check_references(self) -> None:
        """Every file, template and fault a site names exists: a typo is told at the start, not by a 500."""
        for site in {site.host: site for site in self.sites.values()}.values():
            for route, answers in site.routes.items():
                self._check_answers(f"{site.folder / 'site.yaml'}: {route}", site.folder, answers)
        for name, fault in self.faults.items():
            self._check_answers(f"{self.fixtures / 'faults.yaml'}: {name}", self.fixtures, fault.answer)

    def _check_answers(self, where: str, folder: Path, answers: tuple[Answer, ...]) -> None:
        for answer in answers:
            if answer.file is not None:
                target = (folder / answer.file).resolve()
                if not target.is_relative_to(self.fixtures.resolve()):
                    raise SiteMapError(f"{where}: {answer.file} is outside the fixtures")
                if not target.is_file():
                    raise SiteMapError(f"{where}: no such file: {answer.file}")
            if answer.template is not None:
                places = (folder, self.fixtures / "templates")
                if not any((place / answer.template).is_file() for place in places):
                    raise SiteMapError(f"{where}: no such template: {answer.template}")
            if answer.fault is not None and "{" not in answer.fault and answer.fault not in self.faults:
                known = ", ".join(sorted(self.faults)) or "none"
                raise SiteMapError(f"{where}: no fault {answer.fault!r} in faults.yaml; there are {known}")


def _shared_values(fixtures: Path) -> dict[str, Any]:
    """What every template can name: the made-up release of `release.yaml`."""
    file = fixtures / "release.yaml"
    return {"release": yaml.safe_load(file.read_text(encoding="utf-8"))} if file.exists() else {}


def _pick(answers: tuple[Answer, ...], request: Request, visit: int) -> Answer | None:
    return next((a for a in answers if a.when is None or a.when.holds(request, visit)), None)


def _fill(text: str, names: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], found[0]), text)


def _pairs(headers: dict[str, str | list[str]]) -> list[tuple[str, str]]:
    listed = ((name, [value] if isinstance(value, str) else value) for name, value in headers.items())
    return [(name, value) for name, values in listed for value in values]


def _not_found(request: Request) -> Response:
    page = (
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<title>Not found</title>"
        "<body style='font:17px system-ui;margin:20vh 10vw;color:#333'><h1>Nothing here</h1>"
        f"<p>{escape(request.host)} has no page at this address.</p>"
    )
    return Response.html(page, 404)
