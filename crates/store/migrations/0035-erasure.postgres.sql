-- What is still known of hosts is found without reading what was erased: of an incident, of those in none, of a host, and of hosts.
CREATE INDEX alert_known ON alert (incident, id) WHERE details IS NOT NULL;
CREATE INDEX alert_known_host ON alert (host) WHERE details IS NOT NULL;
CREATE INDEX incident_host_known ON incident_host (id) WHERE LENGTH(address) > 0;
CREATE INDEX alert_muted ON alert (id) WHERE incident IS NULL AND name IS NOT NULL;
