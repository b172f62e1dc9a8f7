"""Reads commands of ExaBGP's API, one a line, with its own parser, and prints the routes that it takes from each."""

import json
import sys

from exabgp.environment import getenv

getenv()

from exabgp.logger import log  # noqa: E402  it looks at the environment when it is imported

log.silence()

from exabgp.reactor.api import API  # noqa: E402

api = API(None)
for line in sys.stdin:
    line = line.strip()
    is_flow = line.split(" ", 2)[1] == "flow"
    routes = api.api_flow(line) if is_flow else api.api_route(line)
    print(json.dumps({"routes": [f"{of.nlri} {of.attributes}" for of in routes]}), flush=True)
