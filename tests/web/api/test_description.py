"""The OpenAPI document says everything another system must know."""

import re
from typing import get_args

from jsonschema import Draft202012Validator

from catalog.report_outline import PARTS
from tests.web.api.table import TABLE
from web.api.application import document
from web.api.schemas.rounds import PartKey

WRITES = {"post", "put"}


def operations() -> list[tuple[str, str, dict]]:
    return [
        (method, path, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_operation_ids_are_those_that_others_rely_on():
    assert {operation["operationId"] for _, _, operation in operations()} == set(TABLE)


def test_every_operation_has_words_a_scope_and_every_error():
    always = {"200", "401", "403", "422", "429", "500", "503"}
    for method, path, operation in operations():
        assert operation["summary"], path
        assert operation["description"].endswith("."), path
        assert operation["security"] == [{"token": [TABLE[operation["operationId"]].scope.value]}]
        told = set(operation["responses"])
        assert told >= always | ({"400", "404", "409", "412", "413", "415"} if method in WRITES else {"304"})
        assert ("404" in told) or "{" not in path
        assert all(entry["description"] for entry in operation["parameters"])
        named = {(entry["in"], entry["name"]): entry for entry in operation["parameters"]}
        if method in WRITES:
            assert ("header", "Idempotency-Key") in named
            assert named["header", "If-Match"]["required"] == ("428" in told)
        else:
            assert ("header", "If-None-Match") in named


def test_errors_are_problems():
    parts = document()["components"]
    for status, answer in parts["responses"].items():
        assert answer["content"] == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }, status
    assert "HTTPValidationError" not in parts["schemas"]


def test_schemas_are_json_schema_and_forbid_what_is_not_named():
    whole = document()
    assert whole["openapi"].startswith("3.1")
    assert whole["servers"] == [{"url": "/api/v1"}]
    for name, schema in whole["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        if schema.get("type") == "object" and not name.startswith("Problem"):
            assert schema["additionalProperties"] is False, name


def test_bodies_have_examples():
    schemas = document()["components"]["schemas"]
    for method, path, operation in operations():
        if method in WRITES:
            name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[
                2
            ]
            fields = schemas[name].get("properties", {}).values()
            assert not fields or "examples" in str(schemas[name]) or "$ref" in str(schemas[name]), path


def test_nothing_leads_outside():
    assert not re.search(r"https?://", str(document()))


def test_the_parts_of_a_report_are_the_outlines():
    assert set(get_args(PartKey)) == {part.key for part in PARTS}
