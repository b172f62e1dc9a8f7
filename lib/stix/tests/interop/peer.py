"""Answers a question a line, with the programs of others: what they say of an object, a pattern, a match, an identifier."""

import json
import logging
import sys

logging.disable(logging.CRITICAL)


def says_object(question):
    from stix2validator import ValidationOptions, validate_instance

    options = ValidationOptions(version="2.1", silent=True)
    result = validate_instance(question["object"], options)
    return {"holds": result.is_valid, "errors": [str(error) for error in result.errors][:3]}


def says_pattern(question):
    from stix2patterns.validator import run_validator

    errors = run_validator(question["pattern"], "2.1")
    return {"holds": not errors, "errors": errors[:1]}


def says_match(question):
    from stix2matcher.matcher import Pattern

    found = Pattern(question["pattern"], "2.1").match([question["bundle"]])
    return {"holds": bool(found), "errors": []}


def says_id(question):
    import stix2

    made = stix2.parse(question["object"], version="2.1", allow_custom=True)
    return {"holds": True, "id": made.id, "errors": []}


ANSWERS = {"object": says_object, "pattern": says_pattern, "match": says_match, "id": says_id}

for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = ANSWERS[question["ask"]](question)
    except Exception as error:
        answer = {"holds": None, "errors": [f"{type(error).__name__}: {error}"[:300]]}
    print(json.dumps(answer), flush=True)
