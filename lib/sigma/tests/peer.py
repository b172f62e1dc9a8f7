"""Asks pySigma what rules mean: it parses them, and what it makes of them is held against events here.

A line of JSON in, {"rule": YAML, "events": [{field: [value, ...]}]}; a line out, {"holds": [bool, ...]} or {"error": text}.
"""

import ipaddress
import json
import re
import sys

from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR
from sigma.rule import SigmaRule
from sigma.types import (
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SpecialChars,
)

FLAGS = {
    SigmaRegularExpressionFlag.IGNORECASE: re.IGNORECASE,
    SigmaRegularExpressionFlag.MULTILINE: re.MULTILINE,
    SigmaRegularExpressionFlag.DOTALL: re.DOTALL,
}


def glob(value):
    wild = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    return "".join(wild[part] if part in wild else re.escape(part) for part in value.s)


def text_holds(value, text, anywhere):
    flags = re.DOTALL | (0 if isinstance(value, SigmaCasedString) else re.IGNORECASE)
    pattern = re.compile(glob(value), flags)
    return bool(pattern.search(text) if anywhere else pattern.fullmatch(text))


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def in_network(network, text):
    try:
        return ipaddress.ip_address(text) in network
    except ValueError:
        return False


def compares(value, text):
    found, bound = number(text), value.number.number
    operators = {"LT": "__lt__", "LTE": "__le__", "GT": "__gt__", "GTE": "__ge__"}
    return found is not None and getattr(found, operators[value.op.name])(float(bound))


def refers(value, text, event):
    same = {
        (False, False): str.__eq__,
        (True, False): str.startswith,
        (False, True): str.endswith,
        (True, True): str.__contains__,
    }[(value.starts_with, value.ends_with)]
    others = [other.lower() for other in event.get(value.field, []) if other is not None]
    return any(same(text.lower(), other) for other in others)


def value_holds(value, values, event, anywhere=False):
    if isinstance(value, SigmaExpansion):
        return any(value_holds(one, values, event, anywhere) for one in value.values)
    if isinstance(value, SigmaNull):
        return all(one is None for one in values)
    if isinstance(value, SigmaExists):
        return bool(values) == value.exists
    texts = [one for one in values if one is not None]
    if isinstance(value, SigmaString):
        return any(text_holds(value, text, anywhere) for text in texts)
    if isinstance(value, (SigmaNumber, SigmaBool)):
        as_text = SigmaString(str(value.number if isinstance(value, SigmaNumber) else value.boolean))
        return any(text_holds(as_text, text, anywhere) for text in texts)
    if isinstance(value, SigmaRegularExpression):
        flags = 0
        for flag in value.flags:
            flags |= FLAGS[flag]
        pattern = re.compile(str(value.regexp), flags)
        return any(pattern.search(text) for text in texts)
    if isinstance(value, SigmaCIDRExpression):
        return any(in_network(value.network, text) for text in texts)
    if isinstance(value, SigmaCompareExpression):
        return any(compares(value, text) for text in texts)
    if isinstance(value, SigmaFieldReference):
        return any(refers(value, text, event) for text in texts)
    raise ValueError(f"a value of {type(value)}")


def holds(condition, event):
    if isinstance(condition, ConditionAND):
        return all(holds(one, event) for one in condition.args)
    if isinstance(condition, ConditionOR):
        return any(holds(one, event) for one in condition.args)
    if isinstance(condition, ConditionNOT):
        return not holds(condition.args[0], event)
    if hasattr(condition, "field"):
        return value_holds(condition.value, event.get(condition.field, []), event)
    every = [value for values in event.values() for value in values]
    return value_holds(condition.value, every, event, anywhere=True)


for line in sys.stdin:
    question = json.loads(line)
    try:
        rule = SigmaRule.from_yaml(question["rule"])
        conditions = [condition.parsed for condition in rule.detection.parsed_condition]
        said = [any(holds(condition, event) for condition in conditions) for event in question["events"]]
        print(json.dumps({"holds": said}))
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
