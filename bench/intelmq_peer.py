"""Makes IntelMQ events of lines of EVE JSON and looks their values up, as a peer of the matcher.

Reads one line of JSON (the lines), then for every line "run" goes through them once and prints its processor seconds and
the number of hits. What is done for an event is what a parser bot and an expert bot do between their queues: the line is
parsed, each field is checked and added to an event, the event is looked up, and it is written as JSON. The queues
themselves, which cost far more, are left out.
"""

import json
import os
import sys
import time

import intelmq
from intelmq.lib.message import Event

LISTED = {f"listed{number}.evil-example.vn" for number in range(1_000)}
LISTED.update(f"x{number:x}.bad{number}.example.com" for number in range(9_000))

with open(os.path.join(os.path.dirname(intelmq.__file__), "etc", "harmonization.conf"), encoding="utf-8") as file:
    HARMONIZATION = json.load(file)


def names_above(name):
    """The name and every name above it."""
    labels = name.split(".")
    return (".".join(labels[start:]) for start in range(len(labels) - 1))


def match(line):
    """How many values of one line are listed."""
    read = json.loads(line)
    event = Event(harmonization=HARMONIZATION)
    event.add("source.ip", read["src_ip"], raise_failure=False)
    event.add("destination.ip", read["dest_ip"], raise_failure=False)
    name = read.get("dns", {}).get("rrname") or read.get("tls", {}).get("sni") or read.get("http", {}).get("hostname")
    if name:
        event.add("destination.fqdn", name, raise_failure=False)
    if "url" in read.get("http", {}):
        event.add("destination.url", "http://" + name + read["http"]["url"], raise_failure=False)
    if "fileinfo" in read:
        event.add("malware.hash.sha256", read["fileinfo"].get("sha256", ""), raise_failure=False)
    values = [event.get(key) for key in ("source.ip", "destination.ip", "destination.url", "malware.hash.sha256")]
    hits = sum(value in LISTED for value in values if value)
    hits += sum(above in LISTED for above in names_above(event.get("destination.fqdn", "")))
    event.to_json()
    return hits


def main():
    lines = json.loads(sys.stdin.readline())
    for command in sys.stdin:
        if command.strip() != "run":
            continue
        started = time.process_time()
        hits = sum(match(line) for line in lines)
        print(time.process_time() - started, hits, flush=True)


if __name__ == "__main__":
    main()
