"""Measures the TAXII server beside OASIS medallion and EclecticIQ's OpenTAXII, with one client for all, and prints a section in Markdown.

    taxii.py PROGRAM [--quick] [--objects N] [--database ADDRESS]

PROGRAM is the binary of the node. Medallion keeps its objects in memory and answers for a few thousand of them; OpenTAXII, on
SQLite, and the node keep them on the disk. Every figure is what a client on the same machine sees, whose own work is in it; envelopes are made
before the clock runs.
"""

import argparse
import http.client
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from base64 import b64encode

MEDIA = "application/taxii+json;version=2.1"
AT_ONCE = 5_000
CALLERS = 2
ASKED = 21
MEDALLION_OBJECTS = 500
OPENTAXII_OBJECTS = 1_000
INDICATOR = (
    '{"type":"indicator","spec_version":"2.1","id":"indicator--%s","created":"2026-01-01T00:00:00.000Z",'
    '"modified":"2026-01-01T00:00:00.000Z","name":"Malicious domain","indicator_types":["malicious-activity"],'
    '"pattern":"[domain-name:value = \'%s.example.com\']","pattern_type":"stix",'
    '"valid_from":"2026-01-01T00:00:00Z","confidence":80,"labels":["phishing"]}'
)


def envelope(dice, count):
    """An envelope of indicators that nobody has yet."""
    ids = [str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(count)]
    return '{"objects":[' + ",".join(INDICATOR % (one, one[:8]) for one in ids) + "]}"


class Client:
    """One connection to one collection."""

    def __init__(self, port, collection, authorization):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.path = collection
        self.headers = {"Authorization": authorization, "Accept": MEDIA, "Content-Type": MEDIA}

    def ask(self, method, rest, body=None, expected=(200,)):
        self.connection.request(method, self.path + rest, body, self.headers)
        answer = self.connection.getresponse()
        told = answer.read()
        if answer.status not in expected:
            raise SystemExit(f"{method} {rest}: {answer.status} {told[:200]}")
        return told


def fill(clients, count, at_once, seed, expected=(202,)):
    """Adds objects from several callers at the same time; seconds that they waited, all together divided by callers."""
    left, lock, waited = [count], threading.Lock(), [0.0] * len(clients)

    def work(number):
        dice = random.Random(f"{seed} {number}")
        while True:
            with lock:
                mine = min(at_once, left[0])
                left[0] -= mine
            if mine == 0:
                return
            body = envelope(dice, mine)
            start = time.monotonic()
            clients[number].ask("POST", "objects/", body, expected)
            waited[number] += time.monotonic() - start

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(clients))]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - start, sum(waited) / len(clients)


def timed(client, rest, times=ASKED):
    """The median in milliseconds, after one that does not count."""
    client.ask("GET", rest)
    taken = []
    for _ in range(times):
        start = time.monotonic()
        client.ask("GET", rest)
        taken.append((time.monotonic() - start) * 1_000)
    return statistics.median(taken)


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_node(program, folder, database, objects):
    place = ["--data", folder] + (["--database", database] if database else [])
    run = lambda *args: subprocess.run([program, *args, *place], check=True, capture_output=True, text=True).stdout.strip()
    token = run("token", "create", "--name", "bench", "--scope", "taxii:read", "--scope", "taxii:write")
    collection = run("taxii", "collection", "create", "--title", "bench")
    node = subprocess.Popen(
        [program, "serve", "--listen", "127.0.0.1:0", *place], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        port = int(node.stdout.readline().strip().rsplit(":", 1)[1])
        path = f"/taxii2/anlanh/collections/{collection}/"
        clients = [Client(port, path, f"Bearer {token}") for _ in range(CALLERS)]
        found = {}
        # The rate is that of the last tenth: with everything before it kept.
        first = objects - objects // 10
        fill(clients, first, AT_ONCE, "first")
        print(f"{first:,} objects are kept; from here on time counts", file=sys.stderr)
        before = processor_seconds(node.pid)
        seconds, waited = fill(clients, objects - first, AT_ONCE, "last")
        found["added"] = (objects - first) / seconds
        found["waited"] = (objects - first) / waited
        found["processor_us"] = (processor_seconds(node.pid) - before) * 1e6 / (objects - first)
        one = clients[0]
        found["page"] = timed(one, "objects/")
        middle = json.loads(one.ask("GET", "manifest/?limit=1"))["next"]
        found["next"] = timed(one, f"objects/?next={middle}")
        found["empty"] = timed(one, "objects/?added_after=2100-01-01T00:00:00.000000Z")
        found["none"] = timed(one, "objects/?match[type]=malware")
        found["size"] = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder)) / objects
        return found
    finally:
        node.terminate()
        node.wait()


def measure_medallion(folder):
    root = {
        "information": {"title": "x", "versions": [MEDIA], "max_content_length": 100_000_000},
        "status": [],
        "collections": [
            {
                "id": "91a7b528-80eb-42ed-a74d-c6fbd5a26116", "title": "x", "can_read": True, "can_write": True,
                "media_types": [], "objects": [], "manifest": [],
            }
        ],
    }
    data = {"/discovery": {"title": "x", "default": "/root/", "api_roots": ["/root/"]}, "root": root}
    with open(os.path.join(folder, "data.json"), "w", encoding="utf-8") as file:
        json.dump(data, file)
    config = {
        "backend": {
            "module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
            "filename": os.path.join(folder, "data.json"),
        },
        "users": {"bench": "bench"},
        "taxii": {"max_page_size": 1_000},
    }
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)
    port = 18_000 + os.getpid() % 1_000
    program = os.path.join(os.path.dirname(sys.executable), "medallion")
    server = subprocess.Popen(
        [program, "--host", "127.0.0.1", "--port", str(port), os.path.join(folder, "config.json")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        path = "/root/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/"
        authorization = "Basic " + b64encode(b"bench:bench").decode()
        for _ in range(100):
            try:
                client = Client(port, path, authorization)
                client.ask("GET", "")
                break
            except ConnectionError:
                time.sleep(0.1)
        fresh = lambda: Client(port, path, authorization)
        seconds, waited = fill([fresh()], MEDALLION_OBJECTS, 250, "medallion")
        return {
            "added": MEDALLION_OBJECTS / seconds,
            "waited": MEDALLION_OBJECTS / waited,
            "page": timed(fresh(), "objects/", 2),
            "empty": timed(fresh(), "objects/?added_after=2100-01-01T00:00:00.000000Z", 2),
        }
    finally:
        server.terminate()
        server.wait()


OPENTAXII_CONFIG = """
domain: "127.0.0.1:{port}"
support_basic_auth: yes
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters: {{db_connection: "sqlite:///{folder}/auth.db", create_tables: yes, secret: bench}}
taxii1:
taxii2:
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters: {{db_connection: "sqlite:///{folder}/data.db", create_tables: yes}}
  contact: bench
  description: bench
  title: bench
  max_content_length: 100000000
  public_discovery: true
logging: {{opentaxii: error, root: error}}
"""


def measure_opentaxii(folder, programs):
    """One worker of Gunicorn, which closes connections: it is asked over a fresh one each time. It keeps what it is given, but cannot
    write the status that TAXII asks for, and answers 500; that counts as kept."""
    os.mkdir(folder)
    port = 19_000 + os.getpid() % 1_000
    config = os.path.join(folder, "config.yml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(OPENTAXII_CONFIG.format(port=port, folder=folder))
    quiet = {"env": os.environ | {"OPENTAXII_CONFIG": config}, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    run = lambda name, *args: subprocess.run([os.path.join(programs, name), *args], check=True, **quiet)
    kept = lambda table: str(uuid.UUID(sqlite3.connect(os.path.join(folder, "data.db")).execute(f"SELECT id FROM {table}").fetchone()[0]))
    run("opentaxii-add-api-root", "--title", "bench", "--default")
    run("opentaxii-create-account", "--username", "bench", "--password", "bench", "--admin")
    root = kept("opentaxii_api_root")
    run("opentaxii-add-collection", "--rootid", root, "--title", "bench", "--public", "--public-write")
    path = f"/taxii2/{root}/collections/{kept('opentaxii_collection')}/"
    gunicorn = os.path.join(programs, "gunicorn")
    server = subprocess.Popen([gunicorn, "opentaxii.http:app", "--bind", f"127.0.0.1:{port}"], **quiet)
    try:
        fresh = lambda: Client(port, path, "Basic " + b64encode(b"bench:bench").decode())
        for _ in range(100):
            try:
                fresh().ask("GET", "objects/")
                break
            except ConnectionError:
                time.sleep(0.1)
        seconds = waited = 0.0
        for part in range(OPENTAXII_OBJECTS // 250):
            took = fill([fresh()], 250, 250, f"opentaxii {part}", (202, 500))
            seconds, waited = seconds + took[0], waited + took[1]
        taken = lambda rest: statistics.median(timed(fresh(), rest, 1) for _ in range(3))
        found = json.loads(fresh().ask("GET", f"objects/?limit={OPENTAXII_OBJECTS}"))
        assert len(found["objects"]) == OPENTAXII_OBJECTS, len(found["objects"])
        return {
            "added": OPENTAXII_OBJECTS / seconds,
            "waited": OPENTAXII_OBJECTS / waited,
            "page": taken(f"objects/?limit={OPENTAXII_OBJECTS}"),
            "empty": taken("objects/?added_after=2100-01-01T00:00:00.000000Z"),
        }
    finally:
        server.terminate()
        server.wait()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--objects", type=int)
    options.add_argument("--database")
    options = options.parse_args()
    objects = options.objects or (1_000_000 if options.quick else 10_000_000)
    with tempfile.TemporaryDirectory(prefix="anlanh-taxii-") as folder:
        node = measure_node(options.program, os.path.join(folder, "node"), options.database, objects)
        medallion = measure_medallion(folder)
        here = os.path.dirname(os.path.abspath(__file__))
        opentaxii = measure_opentaxii(os.path.join(folder, "opentaxii"), os.path.join(here, ".venv-opentaxii", "bin"))
    kind = "PostgreSQL" if options.database else "SQLite"
    print(f"## Collections over TAXII, on {kind}\n")
    print("| | ours | bar | medallion 3.0.0 | OpenTAXII 0.9.3 |")
    print("|---|---|---|---|---|")
    kept = f"{MEDALLION_OBJECTS:,} in memory | {OPENTAXII_OBJECTS:,} on the disk"
    print(f"| objects kept | {objects:,} on the disk | 10,000,000 | {kept} |")
    print(f"| objects/s added, envelopes of {AT_ONCE:,}, the last tenth | {node['added']:,.0f} | 20,000 | {medallion['added']:,.0f} | {opentaxii['added']:,.0f} |")
    print(f"| … while callers waited for an answer | {node['waited']:,.0f} | | {medallion['waited']:,.0f} | {opentaxii['waited']:,.0f} |")
    print(f"| first page of 1,000 (of 500 in medallion), ms | {node['page']:.1f} | 30 | {medallion['page']:,.0f} | {opentaxii['page']:,.0f} |")
    print(f"| a later page of 1,000, ms | {node['next']:.1f} | 30 | | |")
    print(f"| empty poll, ms | {node['empty']:.1f} | 10 | {medallion['empty']:,.0f} | {opentaxii['empty']:,.0f} |")
    print(f"| a filter that nothing meets, ms a page | {node['none']:.1f} | | | |")
    size = "" if options.database else f", {node['size']:.0f} bytes on the disk"
    print(
        f"\nAn object costs the node {node['processor_us']:.0f} µs of processor while it comes in{size}. {CALLERS} callers on "
        "the same machine, in Python; the others get one caller and envelopes of 250."
    )


main()
