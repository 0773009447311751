"""Findings of Microsoft Presidio in the documents of a file, and how long they took.

Reads the file named by the first argument, a JSON string a line; the second names entities. Then answers each line on stdin,
`context`, `bare` (without looking for context words) or `sought` (only those entities), with a line of JSON: the seconds that
analyzing every document took, and for each document its findings as [start, end, entity, score], in characters.

Models are left out, since the kinds compared are found by patterns and check digits: the NLP engine is spaCy's blank English
pipeline, whose tokens stand for the lemmas by which Presidio looks for context words. Every pattern recognizer that the
package has is loaded, those of all countries and those that are off by default included, all for one language, since a
document may hold numbers of any country. Telephone numbers are sought for the regions of the documents.
"""

import inspect
import json
import logging
import sys
import time

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry
from presidio_analyzer import predefined_recognizers
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, PhoneRecognizer

REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "PT", "AT", "IN", "AU", "SG", "KR", "FI")
# As in the package's own configuration, `conf/default_recognizers.yaml`.
CARD_CONTEXT = ["credit", "card", "visa", "mastercard", "cc", "amex", "discover", "jcb", "diners", "maestro",
                "instapayment", "tarjeta", "credito"]


class Blank(NlpEngine):
    """Tokens and nothing else."""

    def __init__(self):
        self.pipeline = spacy.blank("en")

    def load(self):
        pass

    def is_loaded(self):
        return True

    def process_text(self, text, language):
        tokens = self.pipeline(text)
        return NlpArtifacts(entities=[], tokens=tokens, tokens_indices=[token.idx for token in tokens],
                            lemmas=[token.text.lower() for token in tokens], nlp_engine=self, language=language)

    def process_batch(self, texts, language, batch_size=1, n_process=1, **kwargs):
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word, language):
        return self.pipeline.vocab[word].is_stop

    def is_punct(self, word, language):
        return self.pipeline.vocab[word].is_punct

    def get_supported_entities(self):
        return []

    def get_supported_languages(self):
        return ["en"]


def recognizers():
    """One recognizer of each class that needs no model."""
    yield PhoneRecognizer(supported_language="en", supported_regions=REGIONS)
    yield CreditCardRecognizer(supported_language="en", context=CARD_CONTEXT)
    for name, kind in sorted(vars(predefined_recognizers).items()):
        patterned = inspect.isclass(kind) and issubclass(kind, PatternRecognizer)
        if patterned and kind not in (PatternRecognizer, CreditCardRecognizer):
            yield kind(supported_language="en")


class NoContext(LemmaContextAwareEnhancer):
    """Leaves scores as the patterns gave them."""

    def enhance_using_context(self, text, raw_results, nlp_artifacts, recognizers, context=None):
        return raw_results


def main():
    logging.disable(logging.WARNING)
    # The list of suffixes that the package ships, instead of one from the network.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    with open(sys.argv[1], encoding="utf-8") as file:
        documents = [json.loads(line) for line in file]
    loaded = list(recognizers())
    registry = RecognizerRegistry(recognizers=loaded, supported_languages=["en"])
    blank = Blank()
    whole, bare = (AnalyzerEngine(registry=registry, nlp_engine=blank, supported_languages=["en"],
                                  context_aware_enhancer=enhancer)
                   for enhancer in [LemmaContextAwareEnhancer(), NoContext()])
    orders = {"context": (whole, None), "bare": (bare, None), "sought": (whole, sys.argv[2].split(","))}
    for engine, entities in orders.values():
        engine.analyze("warm 4111 1111 1111 1111", language="en", entities=entities)
    names = [type(recognizer).__name__ for recognizer in loaded]
    print(json.dumps({"recognizers": names}), flush=True)
    for line in sys.stdin:
        engine, entities = orders[line.strip()]
        start = time.perf_counter()
        found = [engine.analyze(text, language="en", entities=entities) for text in documents]
        seconds = time.perf_counter() - start
        found = [[[f.start, f.end, f.entity_type, f.score] for f in each] for each in found]
        print(json.dumps({"seconds": seconds, "found": found}), flush=True)


main()
