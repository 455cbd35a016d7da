"""The OpenAPI 3.1 document of the HTTP half, made from the types of commands and answers."""

from __future__ import annotations

from typing import Any

import msgspec

from livegrade import __version__
from livegrade.control.commands import NAMES
from livegrade.control.happenings import Happened
from livegrade.control.looks import MOST_NAME
from livegrade.control.messages import Answer, Pair, Paired, Refused, Snapshot
from livegrade.control.pictures import (
    LEAST_WIDTH,
    LOOK_WIDTH,
    MOST_HEIGHT,
    MOST_LOOK_WIDTH,
    MOST_WIDTH,
    SCOPE_SIZE,
    VIEWS,
    WIDTH,
)
from livegrade.control.uploads import MOST_BYTES
from livegrade.scopes.draw import SMALLEST
from livegrade.scopes.graticule import LevelScale
from livegrade.scopes.measure import Tap
from livegrade.scopes.wish import VECTORSCOPE_ZOOMS, Hold, ScopeKind

REF = "#/components/schemas/{name}"


def document() -> dict[str, Any]:
    """The document as JSON values; the same each time."""
    kinds = (*NAMES.values(), Answer, Happened, Pair, Paired, Refused, Snapshot)
    schemas, components = msgspec.json.schema_components(kinds, ref_template=REF)
    by_kind = dict(zip(kinds, schemas, strict=True))
    commands = {name: by_kind[kind] for name, kind in NAMES.items()}
    mapping = {name: schema["$ref"] for name, schema in commands.items()}
    command = {"oneOf": list(commands.values()), "discriminator": {"propertyName": "command", "mapping": mapping}}
    refused = {"default": _response("Refused, and why.", by_kind[Refused])}
    answers = {
        "200": _response("In effect.", by_kind[Answer]),
        "202": _response("Accepted, in effect with the next picture.", by_kind[Answer]),
        "409": _response("Refused; nothing has changed.", by_kind[Answer]),
    }
    body = {"required": True, "content": _json_of(command)}
    events = {"200": _response("What happened since, oldest first.", by_kind[Happened])}
    state = {"200": _response("The whole state.", by_kind[Snapshot])}
    return {
        "openapi": "3.1.0",
        "info": {"title": "livegrade", "version": __version__},
        "security": [{"token": []}],
        "paths": {
            "/v1/state": {"get": {"summary": "The state of the session.", "responses": state | refused}},
            "/v1/events": {"get": _since() | {"responses": events | refused}},
            "/v1/command": {
                "post": {"summary": "Carries a command out.", "requestBody": body, "responses": answers | refused}
            },
            "/v1/slots/{slot}/picture.jpg": {"get": _picture() | {"responses": _image("image/jpeg") | refused}},
            "/v1/slots/{slot}/look.jpg": {"get": _look_picture() | {"responses": _image("image/jpeg") | refused}},
            "/v1/slots/{slot}/scope.png": {"get": _scope() | {"responses": _image("image/png") | refused}},
            "/v1/library/pictures/{folder}/{name}": {
                "get": _small_picture() | {"responses": _image("image/jpeg") | refused}
            },
            "/v1/slots/{slot}/look": {"post": _look() | {"responses": answers | refused}},
            "/v1/pair": {
                "post": {
                    "summary": "A token for the code that the session shows; where it listens to other machines.",
                    "security": [],
                    "requestBody": {"required": True, "content": _json_of(by_kind[Pair])},
                    "responses": {"200": _response("The token.", by_kind[Paired])} | refused,
                }
            },
            "/v1/openapi.json": {"get": {"summary": "This document.", "responses": {"200": {"description": "It."}}}},
        },
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _since() -> dict[str, Any]:
    since = {"name": "since", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}}
    return {"summary": "What happened after the event of a number.", "parameters": [since]}


def _look() -> dict[str, Any]:
    size = {"type": "string", "format": "binary", "maxLength": MOST_BYTES}
    name = {"type": "string", "minLength": 1, "maxLength": MOST_NAME}
    return {
        "summary": "A look, in place of that of a slot or behind its nodes.",
        "parameters": [
            {"name": "slot", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Z]$"}},
            {"name": "name", "in": "query", "required": True, "schema": name},
            {"name": "add", "in": "query", "schema": {"enum": ["0", "1"], "default": "0"}},
        ],
        "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": size}}},
    }


def _picture() -> dict[str, Any]:
    width = {"type": "integer", "minimum": LEAST_WIDTH, "maximum": MOST_WIDTH, "default": WIDTH}
    return {
        "summary": "The newest picture of a slot.",
        "parameters": [
            {"name": "slot", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Z]$"}},
            {"name": "view", "in": "query", "schema": {"enum": list(VIEWS), "default": "graded"}},
            {"name": "width", "in": "query", "schema": width},
        ],
    }


def _look_picture() -> dict[str, Any]:
    width = {"type": "integer", "minimum": LEAST_WIDTH, "maximum": MOST_LOOK_WIDTH, "default": LOOK_WIDTH}
    look = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
    return {
        "summary": "The newest picture of a slot with a look of the library on it.",
        "parameters": [
            {"name": "slot", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Z]$"}},
            {"name": "look", "in": "query", "required": True, "schema": look},
            {"name": "width", "in": "query", "schema": width},
        ],
    }


def _small_picture() -> dict[str, Any]:
    folder = {"type": "string", "pattern": "^[0-9a-f]{2}$"}
    name = {"type": "string", "pattern": r"^[0-9a-f]{32}\.(jpg|png)$"}
    return {
        "summary": "A small picture of what the library keeps, as an entry's thumbnail names it.",
        "parameters": [
            {"name": "folder", "in": "path", "required": True, "schema": folder},
            {"name": "name", "in": "path", "required": True, "schema": name},
        ],
    }


def _scope() -> dict[str, Any]:
    (least_width, least_height), (width, height) = SMALLEST, SCOPE_SIZE
    sides = {"width": (least_width, MOST_WIDTH, width), "height": (least_height, MOST_HEIGHT, height)}
    return {
        "summary": "The newest of a slot's scopes, drawn.",
        "parameters": [
            {"name": "slot", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Z]$"}},
            {"name": "scope", "in": "query", "schema": {"enum": [*map(str, ScopeKind)], "default": "waveform"}},
            {"name": "tap", "in": "query", "schema": {"enum": [*map(str, Tap)], "default": "graded"}},
            {"name": "scale", "in": "query", "schema": {"enum": [*map(str, LevelScale)], "default": "code"}},
            {"name": "zoom", "in": "query", "schema": {"enum": list(VECTORSCOPE_ZOOMS), "default": 1}},
            {"name": "gain", "in": "query", "schema": {"type": "number", "default": 1}},
            {"name": "letters", "in": "query", "schema": {"type": "integer", "minimum": 8, "maximum": 64}},
            {"name": "window", "in": "query", "schema": {"type": "string", "examples": ["0..15"]}},
            {"name": "line", "in": "query", "schema": {"type": "string"}},
            {"name": "region", "in": "query", "schema": {"type": "string"}},
            {"name": "cross", "in": "query", "schema": {"type": "string", "examples": ["33..67", "-2..2stops"]}},
            {"name": "hold", "in": "query", "schema": {"enum": [*map(str, Hold)], "default": "off"}},
            *(
                {"name": name, "in": "query", "schema": {"type": "integer", "minimum": a, "maximum": b, "default": c}}
                for name, (a, b, c) in sides.items()
            ),
        ],
    }


def _image(kind: str) -> dict[str, Any]:
    return {"200": {"description": "It.", "content": {kind: {}}}}


def _response(what: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": what, "content": _json_of(schema)}


def _json_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
