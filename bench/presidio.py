"""Runs Presidio's pattern recognisers over texts, as a peer of the personal-data detectors.

Reads one line of JSON (the texts), then for every line "run" goes through them once and prints its processor seconds
and the number of findings. No language model is loaded: the NLP engine says that there are no tokens, which is the
cheapest Presidio can be.

The argument names the recognisers: "all" is what it ships for English, "same" those that have a counterpart in the
product: phone (region VN), e-mail, card, IBAN, IP, URL.
"""

import json
import logging
import sys
import time

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    IpRecognizer,
    PhoneRecognizer,
    UrlRecognizer,
)


class NoLanguage(NlpEngine):
    """An NLP engine that sees no token, so that patterns alone decide."""

    def __init__(self):
        self.nothing = spacy.blank("en")("")

    def load(self):
        pass

    def is_loaded(self):
        return True

    def get_supported_languages(self):
        return ["en"]

    def get_supported_entities(self):
        return []

    def is_stopword(self, word, language):
        return False

    def is_punct(self, word, language):
        return False

    def process_text(self, text, language):
        return NlpArtifacts([], self.nothing, [], [], self, language)

    def process_batch(self, texts, language, **kwargs):
        for text in texts:
            yield text, self.process_text(text, language)


def analyzer(recognisers):
    registry = RecognizerRegistry(supported_languages=["en"])
    if recognisers == "all":
        registry.load_predefined_recognizers(languages=["en"])
        registry.recognizers = [r for r in registry.recognizers if "Spacy" not in type(r).__name__]
    else:
        registry.add_recognizer(PhoneRecognizer(supported_regions=("VN",)))
        for recogniser in (CreditCardRecognizer, EmailRecognizer, IbanRecognizer, IpRecognizer, UrlRecognizer):
            registry.add_recognizer(recogniser())
    return AnalyzerEngine(registry=registry, nlp_engine=NoLanguage(), supported_languages=["en"])


def main():
    logging.disable(logging.CRITICAL)
    engine = analyzer(sys.argv[1])
    texts = json.loads(sys.stdin.readline())
    engine.analyze(text="a@example.com", language="en")
    for _ in sys.stdin:
        before = time.process_time()
        found = sum(len(engine.analyze(text=text, language="en", score_threshold=0.0)) for text in texts)
        print(time.process_time() - before, found, flush=True)


main()
