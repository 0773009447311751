"""The official Anthropic client, unchanged but for `base_url` and `api_key`, against a gateway or a fake of the vendor.

Each model name but `--model` stands for an upstream that behaves in one way; see `FakeUpstream::act_by_model`.
"""

import anthropic

from cases import PNG, SCHEMA, Cases, arguments, equal, raised

case = Cases()
HELLO = [{"role": "user", "content": "Hello"}]
WEATHER = {"name": "weather", "description": "The weather in a city", "input_schema": SCHEMA}


class Service:
    def __init__(self, options):
        self.model, self.text, self.options = options.model, options.text, options
        self.sent = []
        self.http = anthropic.DefaultHttpxClient(event_hooks={"request": [self.sent.append]})
        self.client = anthropic.Anthropic(base_url=options.base_url, api_key=options.key, http_client=self.http)

    def ask(self, model=None, messages=HELLO, **more):
        return self.client.messages.create(model=model or self.model, max_tokens=100, messages=messages, **more)

    def stream(self, model=None, messages=HELLO, **more):
        return self.client.messages.stream(model=model or self.model, max_tokens=100, messages=messages, **more)

    def refused(self, kind, **request):
        """The error of a request that must be sent once and no more."""
        self.sent.clear()
        error = raised(kind, lambda: self.ask(**request))
        equal(len(self.sent), 1)
        return error


@case
def message(service):
    answer = service.ask()
    equal((answer.type, answer.role, answer.stop_reason), ("message", "assistant", "end_turn"))
    equal([block.type for block in answer.content], ["text"])
    equal(answer.content[0].text, service.text)
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0, answer.usage


@case
def system_prompt_and_parameters(service):
    answer = service.ask(system="Be brief.", stop_sequences=["END"], metadata={"user_id": "u"})
    equal(answer.content[0].text, service.text)


@case
def temperature_of_an_older_version(service):
    """The client has no such parameter any more; callers of the older version have."""
    more = {"extra_body": {"temperature": 0.5}, "extra_headers": {"anthropic-version": "2023-06-01"}}
    equal(service.ask(**more).content[0].text, service.text)


@case
def key_in_its_own_header(service):
    """Clients before 2.0 send the key as `x-api-key`, this one sends it as a bearer token."""
    strip = lambda request: request.headers.update({"x-api-key": request.headers.pop("Authorization")[len("Bearer ") :]})
    http = anthropic.DefaultHttpxClient(event_hooks={"request": [strip]})
    client = service.client.with_options(http_client=http)
    equal(client.messages.create(model=service.model, max_tokens=9, messages=HELLO).content[0].text, service.text)


@case
def stream(service):
    with service.stream() as events:
        pieces = list(events.text_stream)
        final = events.get_final_message()
    equal("".join(pieces), service.text)
    assert len(pieces) > 3, pieces
    equal((final.content[0].text, final.stop_reason), (service.text, "end_turn"))
    assert final.usage.output_tokens > 1, final.usage


@case
def raw_stream(service):
    kinds = [event.type for event in service.ask(stream=True)]
    equal((kinds[0], kinds[1], kinds[-2], kinds[-1]), ("message_start", "content_block_start", "message_delta", "message_stop"))


@case
def tools(service):
    first = service.ask("tools", tools=[WEATHER], tool_choice={"type": "auto"})
    equal(first.stop_reason, "tool_use")
    use = next(block for block in first.content if block.type == "tool_use")
    equal((use.name, use.input), ("weather", {"city": "Bonn"}))
    result = {"type": "tool_result", "tool_use_id": use.id, "content": [{"type": "text", "text": "rain in Bonn"}]}
    talk = [*HELLO, {"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    equal(service.ask("tools", talk, tools=[WEATHER]).content[0].text, "rain in Bonn")


@case
def streamed_tools(service):
    partial = []
    with service.stream("tools", tools=[WEATHER]) as events:
        for event in events:
            if event.type == "input_json":
                partial.append(event.partial_json)
        final = events.get_final_message()
    equal((final.stop_reason, final.content[0].input), ("tool_use", {"city": "Bonn"}))
    equal("".join(partial).replace(" ", ""), '{"city":"Bonn"}')


@case
def two_tools(service):
    for final in (service.ask("two", tools=[WEATHER]), streamed(service, "two")):
        equal([block.type for block in final.content], ["text", "tool_use", "tool_use"])
        equal([block.input["city"] for block in final.content[1:]], ["Bonn", "Lyon"])
        assert final.content[1].id != final.content[2].id


def streamed(service, model):
    with service.stream(model, tools=[WEATHER]) as events:
        return events.get_final_message()


@case
def image(service):
    source = {"type": "base64", "media_type": "image/png", "data": PNG}
    content = [{"type": "image", "source": source}, {"type": "text", "text": "What is this?"}]
    equal(service.ask("echo", [{"role": "user", "content": content}]).content[0].text, "What is this?")


@case
def echo(service):
    said = 'Grüße an "Zoë" \\ <z@example.org>,\u2028 🙂 und\tmehr.'
    talk = [{"role": "user", "content": said}]
    equal(service.ask("echo", talk).content[0].text, said)
    with service.stream("echo", talk) as events:
        equal("".join(events.text_stream), said)


@case
def thinking(service):
    answer = service.ask("thinker", thinking={"type": "enabled", "budget_tokens": 1024})
    equal([block.type for block in answer.content], ["thinking", "text"])
    equal((answer.content[0].thinking, answer.content[1].text), ("Let me think. ", "It is so."))


@case
def streamed_thinking(service):
    thoughts, signatures = [], []
    with service.stream("thinker", thinking={"type": "enabled", "budget_tokens": 1024}) as events:
        for event in events:
            if event.type == "thinking":
                thoughts.append(event.thinking)
            if event.type == "signature":
                signatures.append(event.signature)
        final = events.get_final_message()
    equal(("".join(thoughts), final.content[1].text), ("Let me think. ", "It is so."))
    return f"signatures: {len(signatures)}"


@case
def thinking_comes_with_a_signature(service):
    answer = service.ask("thinker")
    assert answer.content[0].signature, answer
    talk = [*HELLO, {"role": "assistant", "content": answer.content}, {"role": "user", "content": "On"}]
    equal(service.ask("echo", talk).content[0].text, "On")


@case
def count_tokens(service):
    counted = service.client.messages.count_tokens(model=service.model, messages=HELLO, tools=[WEATHER])
    assert counted.input_tokens > 0, counted


@case
def models(service):
    assert [model.id for model in service.client.models.list()]


@case
def too_long(service):
    equal(service.ask("long").stop_reason, "max_tokens")


@case
def declined(service):
    equal(service.ask("refuser").stop_reason, "refusal")


@case
def cache_usage(service):
    usage = service.ask("cached").usage
    equal((usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens), (7, 100, 20))
    equal(usage.cache_creation.ephemeral_5m_input_tokens, 20)


@case
def place_of_inference(service):
    equal(service.ask("cached").usage.inference_geo, "eu")
    equal(service.ask("thinker", extra_body={"inference_geo": "us"}).usage.inference_geo, "us")


@case
def headers(service):
    raw = service.client.messages.with_raw_response.create(model=service.model, max_tokens=9, messages=HELLO)
    assert raw.parse()._request_id, "no request-id"
    return raw.headers["request-id"]


@case
def rate_limit_headers(service):
    raw = service.client.messages.with_raw_response.create(model=service.model, max_tokens=9, messages=HELLO)
    equal(raw.headers["anthropic-ratelimit-requests-remaining"], "49")


@case
def wrong_key(service):
    other = Service(service.options)
    other.client = other.client.with_options(api_key="key-of-nobody")
    error = other.refused(anthropic.AuthenticationError)
    equal((error.status_code, error.body["error"]["type"]), (401, "authentication_error"))


@case
def forbidden(service):
    error = service.refused(anthropic.PermissionDeniedError, model="overseas")
    equal((error.status_code, error.body["type"], error.body["error"]["type"]), (403, "error", "permission_error"))
    return error.message


@case
def forbidden_stream(service):
    error = service.refused(anthropic.PermissionDeniedError, model="overseas", stream=True)
    equal(error.status_code, 403)


@case
def unknown_model(service):
    error = service.refused(anthropic.NotFoundError, model="missing")
    equal(error.body["error"]["type"], "not_found_error")


@case
def busy(service):
    patient = Service(service.options)
    patient.client = patient.client.with_options(max_retries=0)
    error = patient.refused(anthropic.RateLimitError, model="busy")
    # A gateway counts down what is left of the three seconds that the endpoint asked for.
    assert error.response.headers["retry-after"] in ("1", "2", "3"), error.response.headers
    equal(error.body["error"]["type"], "rate_limit_error")


@case
def bad_request(service):
    error = service.refused(anthropic.BadRequestError, model="picky")
    equal(error.body["error"]["type"], "invalid_request_error")


@case
def no_messages(service):
    service.refused(anthropic.BadRequestError, messages=[])


@case
def overloaded(service):
    patient = Service(service.options)
    patient.client = patient.client.with_options(max_retries=0)
    error = raised(anthropic.OverloadedError if hasattr(anthropic, "OverloadedError") else anthropic.InternalServerError,
                   lambda: patient.ask("overloaded"))
    equal((error.status_code, error.body["error"]["type"]), (529, "overloaded_error"))


@case
def error_within_a_stream(service):
    def read():
        for _ in service.ask("broken", stream=True):
            pass

    try:
        read()
    except anthropic.APIStatusError as error:
        equal(error.body["error"]["type"], "overloaded_error")
        return type(error).__name__
    raise AssertionError("no error")


@case
def cut_stream(service):
    """A stream that stops is an error, or a message without its end; never a message that seems whole."""
    try:
        with service.stream("cut") as events:
            final = events.get_final_message()
    except (anthropic.APIError, anthropic.AnthropicError) as error:
        return type(error).__name__
    except Exception as error:
        assert type(error).__module__.startswith("httpx"), error
        return type(error).__name__
    assert final.stop_reason is None, final


if __name__ == "__main__":
    options = arguments()
    case.run(options, Service(options))
