"""Certificates of clients, as PyPI `taxii2-client` shows them: one that is good, none, and one that somebody else signed.

Called with the address of `/taxii2/`, a token, and the folder of the certificates.
"""

import sys

import requests
from requests.exceptions import ConnectionError, HTTPError
from taxii2client.v21 import Server

address, token, folder = sys.argv[1:]


def server(cert):
    files = (f"{folder}/{cert}.pem", f"{folder}/{cert}.key") if cert else None
    return Server(address, user="csirt", password=token, verify=f"{folder}/ca.pem", cert=files)


assert server("client").api_roots
try:
    server(None).refresh()
    raise AssertionError("it shows no certificate")
except HTTPError as error:
    refused = error.response.json()
    assert error.response.status_code == 403 and refused["error_code"] == "certificate-required", refused
try:
    server("stranger").refresh()
    raise AssertionError("somebody else signed it")
except ConnectionError:
    pass
# Whoever comes with a browser has none.
page = requests.get(address.replace("/taxii2/", "/"), verify=f"{folder}/ca.pem", timeout=30)
assert page.status_code == 200
print("ok")
