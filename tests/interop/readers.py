"""Reports read by programs that other people wrote: junitparser and jsonschema."""

import json
import sys

from jsonschema import Draft202012Validator
from junitparser import Error, Failure, JUnitXml


def junit(path):
    """What a reader of JUnit counts and finds."""
    xml = JUnitXml.fromfile(path)
    cases = [case for suite in xml for case in suite]
    return {
        "tests": xml.tests,
        "failures": xml.failures,
        "errors": xml.errors,
        "cases": [
            {
                "name": case.name,
                "classname": case.classname,
                "failed": any(isinstance(one, Failure) for one in case.result),
                "unanswered": any(isinstance(one, Error) for one in case.result),
                "types": [one.type for one in case.result],
                "messages": [one.message for one in case.result],
            }
            for case in cases
        ],
    }


def faults(schema_path, path):
    """What a validator finds wrong with each line, or with the whole where it is one document."""
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    documents = text.splitlines() if path.endswith(".ndjson") else [text]
    return [
        f"{error.json_path}: {error.message}"[:300]
        for document in documents
        for error in validator.iter_errors(json.loads(document))
    ]


kind, *words = sys.argv[1:]
print(json.dumps(junit(*words) if kind == "junit" else {"faults": faults(*words)}))
