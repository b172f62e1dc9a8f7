"""Bundles of STIX as a library of another make writes them: a question a line, a bundle a line."""

import sys

from stix2 import TLP_GREEN, Bundle, Campaign, Indicator, IntrusionSet, Malware, Relationship


def bundle(value):
    """An indicator of malware that a campaign uses, which is the work of an intrusion set."""
    indicator = Indicator(
        pattern=f"[domain-name:value = '{value}']",
        pattern_type="stix",
        valid_from="2026-01-01T00:00:00Z",
        object_marking_refs=[TLP_GREEN],
    )
    malware = Malware(name="Emotet", is_family=True, object_marking_refs=[TLP_GREEN])
    campaign = Campaign(name="Mùa thu", object_marking_refs=[TLP_GREEN])
    behind = IntrusionSet(name="TA542", object_marking_refs=[TLP_GREEN])
    return Bundle(
        TLP_GREEN,
        indicator,
        malware,
        campaign,
        behind,
        Relationship(indicator, "indicates", malware),
        Relationship(indicator, "indicates", campaign),
        Relationship(campaign, "uses", malware),
        Relationship(campaign, "attributed-to", behind),
        allow_custom=False,
    )


for line in sys.stdin:
    print(" ".join(bundle(line.strip()).serialize(pretty=False).splitlines()), flush=True)
