"""Signs and verifies messages with http-message-signatures, for the test beside this folder.

    peer.py sign|verify KEY METHOD URL TAG COMPONENTS < message

KEY is a seed or a public key in hexadecimal, COMPONENTS identifiers with a blank between them. The message is fields, an empty
line and the content; a field `:status` makes it a response to METHOD URL. Prints the two fields, or `holds` and the nonce.
"""

import datetime
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, MappingKeyResolver, algorithms

KEY_ID = "authority-1"


class Fields:
    """Header fields, each line by itself."""

    def __init__(self, lines):
        self.lines = lines

    def items(self):
        return list(self.lines)

    def __iter__(self):
        return iter([name for name, _ in self.lines])

    def __contains__(self, name):
        return any(known.lower() == name.lower() for known, _ in self.lines)

    def __getitem__(self, name):
        return ", ".join(value for known, value in self.lines if known.lower() == name.lower())

    def __setitem__(self, name, value):
        self.lines = [line for line in self.lines if line[0].lower() != name.lower()] + [(name, value)]

    def __delitem__(self, name):
        self.lines = [line for line in self.lines if line[0].lower() != name.lower()]


class Message:
    """A request."""

    def __init__(self, method, url, fields):
        self.method, self.url, self.headers = method, url, fields


class Answer:
    """A response, and what it answers."""

    def __init__(self, status, fields, request):
        self.status_code, self.headers, self.request = status, fields, request


def main():
    mode, key, method, url, tag, components = sys.argv[1:]
    head, body = sys.stdin.buffer.read().split(b"\n\n", 1)
    lines = [tuple(line.split(": ", 1)) for line in head.decode("latin-1").split("\n")]
    fields = Fields([line for line in lines if line[0] != ":status"])
    message = Message(method, url, fields)
    status = dict(lines).get(":status")
    if status is not None:
        message = Answer(int(status), fields, Message(method, url, Fields([("host", "node.example")])))
    components = components.split(" ")
    if mode == "sign":
        secret = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))
        resolver = MappingKeyResolver(public_keys={}, private_keys={KEY_ID: secret})
        HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=resolver).sign(
            message,
            key_id=KEY_ID,
            created=datetime.datetime.fromtimestamp(1_700_000_000, datetime.timezone.utc),
            nonce="by-python",
            tag=tag,
            label="peer",
            covered_component_ids=components,
            use_existing_digest=True,
            body=body,
        )
        print(fields["signature-input"])
        print(fields["signature"])
        return
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    resolver = MappingKeyResolver(public_keys={KEY_ID: public}, private_keys={})
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=resolver)
    (result,) = verifier.verify(message, max_age=None, expect_tag=tag, require_components=components, body=body)
    print("holds", result.parameters["nonce"])


main()
