"""A platform that takes webhooks: checks them with its library, notes them, and now and then fails.

Arguments: port (0 for any), secret, file to note in, seed. Prints the port. Each line of the file is an id, a target and a
sequence, written before it is answered, so that what was answered is noted.
"""

import http.server
import json
import os
import random
import sys
import threading
import time

from standardwebhooks import Webhook

port, secret, noted, seed = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
hook = Webhook(secret)
dice = random.Random(seed)
lock = threading.Lock()
file = open(noted, "a")


class Platform(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        with lock:
            roll = dice.random()
        if roll < 0.15:
            self.answer(503)
            return
        if roll < 0.2:
            self.close_connection = True
            return
        if roll < 0.3:
            time.sleep(0.4)
        event = hook.verify(body, dict(self.headers))
        data = event["data"]
        assert event["type"] == "action." + data["kind"] and self.headers["webhook-id"] == data["id"]
        with lock:
            file.write(f"{data['id']} {data['target']['reference']} {data['sequence']}\n")
            file.flush()
            os.fsync(file.fileno())
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True


server = Server(("127.0.0.1", port), Platform)
print(server.server_address[1], flush=True)
server.serve_forever()
