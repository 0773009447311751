"""Google's own client holds the fake of the Gemini API to its types."""

import base64

from google import genai
from google.genai import errors as faults
from google.genai import types

from cases import PNG, SCHEMA, Cases, arguments, equal, raised

case = Cases()
WEATHER = types.Tool(function_declarations=[{"name": "weather", "description": "Weather", "parameters_json_schema": SCHEMA}])
BY_HAND = {"tools": [WEATHER], "automatic_function_calling": {"disable": True}}


class Service:
    def __init__(self, options):
        self.options, self.model, self.text = options, options.model, options.text
        self.client = self.with_key(options.key)

    def with_key(self, key):
        return genai.Client(api_key=key, http_options={"base_url": self.options.base_url})

    def ask(self, model=None, contents="Hello", **config):
        return self.client.models.generate_content(model=model or self.model, contents=contents, config=config)

    def stream(self, model=None, contents="Hello", **config):
        return list(self.client.models.generate_content_stream(model=model or self.model, contents=contents, config=config))


@case
def content(service):
    answer = service.ask(system_instruction="Be brief.", temperature=0.5, max_output_tokens=100)
    equal((answer.text, answer.candidates[0].finish_reason), (service.text, types.FinishReason.STOP))
    equal((answer.usage_metadata.prompt_token_count, answer.usage_metadata.total_token_count), (7, 15))
    equal((answer.model_version, answer.response_id), (service.model, "fake-response"))


@case
def stream(service):
    chunks = service.stream()
    equal("".join(chunk.text for chunk in chunks), service.text)
    equal((chunks[0].candidates[0].finish_reason, chunks[-1].candidates[0].finish_reason), (None, types.FinishReason.STOP))
    assert len(chunks) > 3, chunks


@case
def function_call(service):
    for answer in (service.ask("tools", **BY_HAND), service.stream("tools", **BY_HAND)[-1]):
        call = answer.function_calls[0]
        equal((call.name, call.args), ("weather", {"city": "Bonn"}))
        assert answer.candidates[0].content.parts[0].thought_signature
    result = types.Part.from_function_response(name="weather", response={"output": "rain"})
    talk = [types.Content(role="user", parts=[types.Part(text="Hello")]), answer.candidates[0].content, types.Content(role="user", parts=[result])]
    equal(service.ask("tools", talk, **BY_HAND).text, "rain")


@case
def two_function_calls(service):
    equal([call.args["city"] for call in service.ask("two", **BY_HAND).function_calls], ["Bonn", "Lyon"])


@case
def thoughts(service):
    answer = service.ask("thinker", thinking_config={"include_thoughts": True})
    equal([(part.thought, part.text) for part in answer.candidates[0].content.parts], [(True, "Let me think. "), (None, "It is so.")])
    equal((answer.text, answer.usage_metadata.thoughts_token_count, answer.usage_metadata.candidates_token_count), ("It is so.", 4, 8))


@case
def image(service):
    picture = types.Part.from_bytes(data=base64.b64decode(PNG), mime_type="image/png")
    equal(service.ask("echo", [picture, "What is this?"]).text, "What is this?")


@case
def echo(service):
    said = 'Grüße an "Zoë" \\ <z@example.org>,\u2028 🙂 und\tmehr.'
    equal((service.ask("echo", said).text, "".join(chunk.text for chunk in service.stream("echo", said))), (said, said))


@case
def ends(service):
    equal(service.ask("long").candidates[0].finish_reason, types.FinishReason.MAX_TOKENS)
    equal(service.ask("refuser").candidates[0].finish_reason, types.FinishReason.SAFETY)
    blocked = service.ask("blocked")
    equal((blocked.candidates, blocked.prompt_feedback.block_reason), (None, types.BlockedReason.PROHIBITED_CONTENT))
    equal(service.stream("blocked")[0].prompt_feedback.block_reason, types.BlockedReason.PROHIBITED_CONTENT)


@case
def cached(service):
    usage = service.ask("cached").usage_metadata
    equal((usage.prompt_token_count, usage.cached_content_token_count), (127, 100))


@case
def embeddings(service):
    # This client asks for a batch even of one; `embedContent` has a test of its own in Rust.
    config = {"output_dimensionality": 8}
    answer = service.client.models.embed_content(model="m", contents=["a", "b", "a"], config=config)
    vectors = [one.values for one in answer.embeddings]
    equal((len(vectors), len(vectors[0]), vectors[0] == vectors[2], vectors[0] == vectors[1]), (3, 8, True, False))


@case
def count_tokens(service):
    equal(service.client.models.count_tokens(model="m", contents="Hello").total_tokens, 7)


@case
def errors(service):
    found = {}
    for model, kind in [("busy", faults.ClientError), ("picky", faults.ClientError), ("overseas", faults.ClientError),
                        ("missing", faults.ClientError), ("overloaded", faults.ServerError)]:
        error = raised(kind, lambda: service.ask(model))
        found[error.code] = error.status
    equal(found, {429: "RESOURCE_EXHAUSTED", 400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 503: "UNAVAILABLE"})
    other = service.with_key("key-of-nobody")
    error = raised(faults.ClientError, lambda: other.models.generate_content(model="echo", contents="Hello"))
    equal((error.code, error.message), (400, "API key not valid. Please pass a valid API key."))


@case
def error_within_a_stream(service):
    error = raised(faults.ServerError, lambda: service.stream("broken"))
    equal((error.code, error.status), (503, "UNAVAILABLE"))


if __name__ == "__main__":
    options = arguments()
    case.run(options, Service(options))
