"""What PyPI `taxii2-client` does against a node: finds, adds, waits, reads page by page, reads on, takes out.

Called with the address of `/taxii2/`, a token, and the ids of a collection for both and of one that may only be read.
"""

import sys

from requests.exceptions import HTTPError
from taxii2client import AccessError
from taxii2client.v21 import Collection, Server, as_pages

address, token, both, readable = sys.argv[1:]
COUNT = 57


def url(number, name="example.com"):
    return {
        "type": "url",
        "spec_version": "2.1",
        "id": f"url--00000000-0000-4000-8000-{number:012}",
        "value": f"http://{name}/{number}",
    }


def indicator(version):
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created": "2020-01-01T00:00:00.000Z",
        "modified": version,
        "pattern": "[url:value = 'http://example.com/']",
        "pattern_type": "stix",
        "valid_from": "2020-01-01T00:00:00Z",
    }


server = Server(address, user="csirt", password=token)
assert server.title
root = server.default
assert [one.url for one in server.api_roots] == [root.url]
assert root.max_content_length > 0 and "application/taxii+json;version=2.1" in root.versions
by_id = {one.id: one for one in root.collections}
assert (by_id[readable].can_read, by_id[readable].can_write) == (True, False)
collection = by_id[both]
assert (collection.can_read, collection.can_write) == (True, True)

versions = ["2020-01-01T00:00:00.000Z", "2021-01-01T00:00:00.000Z", "2022-01-01T00:00:00.123Z"]
objects = [url(number) for number in range(COUNT)] + [indicator(version) for version in versions]
bad = {"type": "indicator", "spec_version": "2.1", "id": "indicator--00000000-0000-4000-8000-000000000001"}
status = collection.add_objects({"objects": objects + [bad]}, wait_for_completion=True)
assert status.status == "complete"
counts = (status.total_count, status.success_count, status.failure_count, status.pending_count)
assert counts == (COUNT + 4, COUNT + 3, 1, 0), counts
assert status.failures[0]["id"] == bad["id"] and status.failures[0]["message"]
again = root.get_status(status.id)
assert again.success_count == status.success_count

# The last version of each, page by page, each once and as it came.
seen = []
for page in as_pages(collection.get_objects, per_request=10):
    seen.extend(page.get("objects", []))
assert seen == [url(number) for number in range(COUNT)] + [indicator(versions[2])]

manifest = collection.get_manifest()["objects"]
assert len(manifest) == COUNT + 1
added = [entry["date_added"] for entry in manifest]
assert added == sorted(set(added)), "every one has a moment of its own"

# Reading on from the last moment that was seen.
assert "objects" not in collection.get_objects(added_after=added[-1])
rest = collection.get_objects(added_after=added[10])["objects"]
assert rest == seen[11:]

one = objects[-1]["id"]
assert collection.get_object(one)["objects"] == [indicator(versions[2])]
every = collection.get_object(one, version="all")["objects"]
assert every == [indicator(version) for version in versions]
assert collection.object_versions(one)["versions"] == versions
assert collection.get_objects(type="indicator", version="first")["objects"] == [indicator(versions[0])]
assert [found["id"] for found in collection.get_objects(id=[url(3)["id"], url(5)["id"]])["objects"]] == [
    url(3)["id"],
    url(5)["id"],
]
assert "objects" not in collection.get_objects(spec_version="2.0")

collection.delete_object(one, version="last")
assert collection.object_versions(one)["versions"] == versions[:2]
collection.delete_object(one)
try:
    collection.get_object(one)
    raise AssertionError("it was taken out")
except HTTPError as error:
    assert error.response.status_code == 404 and error.response.json()["title"] == "Not Found"

try:
    by_id[readable].add_objects({"objects": objects})
    raise AssertionError("it may only be read")
except AccessError:
    pass

wrong = Collection(collection.url, user="x", password="anl_no")
try:
    wrong.get_objects()
    raise AssertionError("nobody is let in without a token")
except HTTPError as error:
    assert error.response.status_code == 401
print("ok")
