"""Answers questions about MISP with the libraries of its makers: one JSON object a line in, one out."""

import json
import logging
import pathlib
import sys

import pymispwarninglists
from misp_stix_converter import ExternalSTIX2toMISPParser, MISPtoSTIX21Parser
from pymisp import MISPEvent
from pymispwarninglists import WarningList
from stix2 import parse

logging.disable(logging.CRITICAL)


def moment(value):
    return value.isoformat() if value else None


def attribute(of):
    return {
        "uuid": of.uuid,
        "type": of.type,
        "category": of.category,
        "value": str(of.value),
        "to_ids": of.to_ids,
        "deleted": bool(getattr(of, "deleted", False)),
        "comment": getattr(of, "comment", "") or "",
        "first_seen": moment(getattr(of, "first_seen", None)),
        "last_seen": moment(getattr(of, "last_seen", None)),
        "timestamp": int(of.timestamp.timestamp()) if getattr(of, "timestamp", None) else None,
        "tags": [tag.name for tag in of.tags],
        "sightings": [int(seen.type) for seen in of.sightings],
        "relation": getattr(of, "object_relation", None) or "",
    }


def load(question):
    """What is written is loaded, and what pymisp makes of it as a feed."""
    event = MISPEvent()
    event.from_dict(**question["event"]["Event"])
    printed = json.loads(event.to_json())
    feed = event.to_feed(with_meta=True)["Event"]
    return {
        "uuid": event.uuid,
        "info": event.info,
        "date": event.date.isoformat(),
        "published": event.published,
        "tags": [tag.name for tag in event.tags],
        "attributes": [attribute(of) for of in event.attributes],
        "objects": [
            {"uuid": of.uuid, "name": of.name, "deleted": bool(getattr(of, "deleted", False)),
             "attributes": [attribute(inner) for inner in of.attributes]}
            for of in event.objects
        ],
        "feed": {"Event": {name: value for name, value in feed.items() if not name.startswith("_")}},
        "manifest": feed["_manifest"],
        "hashes": feed["_hashes"],
        "json": printed,
    }


def to_stix(question):
    """The objects that misp-stix makes of an event."""
    event = MISPEvent()
    event.from_dict(**question["event"]["Event"])
    parser = MISPtoSTIX21Parser()
    parser.parse_misp_event(event)
    return {"objects": [json.loads(of.serialize()) if hasattr(of, "serialize") else of for of in parser.stix_objects]}


def from_stix(question):
    """The values that misp-stix finds in objects, and the tags and UUID of each."""
    parser = ExternalSTIX2toMISPParser()
    parser.load_stix_bundle(parse(question["bundle"], allow_custom=True))
    parser.parse_stix_bundle()
    event = parser.misp_event
    values = [str(of.value) for of in event.attributes]
    values += [str(inner.value) for of in event.objects for inner in of.attributes]
    return {"values": values, "attributes": [attribute(of) for of in event.attributes]}


def warnings(question):
    """Which of some values are on the lists of a file."""
    with open(question["list"], encoding="utf-8") as file:
        of = WarningList(json.load(file), slow_search=True)
    return {"type": of.type, "on": [value in of for value in question["values"]]}


def lists(_):
    folder = pathlib.Path(pymispwarninglists.__file__).parent / "data" / "misp-warninglists" / "lists"
    return {"lists": sorted(str(file) for file in folder.glob("*/list.json"))}


ASKED = {"load": load, "to_stix": to_stix, "from_stix": from_stix, "warnings": warnings, "lists": lists}

for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps(ASKED[question["ask"]](question)), flush=True)
