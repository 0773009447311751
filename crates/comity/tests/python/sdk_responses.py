"""The official OpenAI client with the Responses API, embeddings and the list of models, against a gateway or a fake.

Each model name but `--model` stands for an upstream that behaves in one way; see `FakeUpstream::act_by_model`.
"""

import openai

from cases import PNG, SCHEMA, Cases, arguments, equal, raised

case = Cases()
WEATHER = {"type": "function", "name": "weather", "parameters": SCHEMA, "strict": False}


class Service:
    def __init__(self, options):
        self.model, self.text, self.options = options.model, options.text, options
        self.sent = []
        self.http = openai.DefaultHttpxClient(event_hooks={"request": [self.sent.append]})
        self.client = openai.OpenAI(base_url=options.base_url, api_key=options.key, http_client=self.http)

    def ask(self, model=None, input="Hello", **more):
        return self.client.responses.create(model=model or self.model, input=input, **more)

    def stream(self, model=None, input="Hello", **more):
        return self.client.responses.stream(model=model or self.model, input=input, **more)

    def refused(self, kind, **request):
        """The error of a request that must be sent once and no more."""
        self.sent.clear()
        error = raised(kind, lambda: self.ask(**request))
        equal(len(self.sent), 1)
        return error


@case
def response(service):
    answer = service.ask(instructions="Be brief.", max_output_tokens=100)
    equal((answer.object, answer.status, answer.output_text), ("response", "completed", service.text))
    equal((answer.output[0].type, answer.output[0].role), ("message", "assistant"))
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens > 0


@case
def stream(service):
    with service.stream() as events:
        seen = list(events)
        final = events.get_final_response()
    equal((seen[0].type, seen[-1].type), ("response.created", "response.completed"))
    equal([event.sequence_number for event in seen if hasattr(event, "sequence_number")], list(range(len(seen))))
    deltas = [event.delta for event in seen if event.type == "response.output_text.delta"]
    equal(("".join(deltas), final.output_text), (service.text, service.text))
    assert len(deltas) > 3, deltas


@case
def raw_stream(service):
    kinds = [event.type for event in service.ask(stream=True)]
    for kind in ("output_item.added", "content_part.added", "output_text.done", "content_part.done", "output_item.done"):
        assert f"response.{kind}" in kinds, kinds


@case
def tools(service):
    first = service.ask("tools", tools=[WEATHER])
    call = first.output[-1]
    equal((call.type, call.name, call.arguments.replace(" ", "")), ("function_call", "weather", '{"city":"Bonn"}'))
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "rain in Bonn"}
    talk = [{"role": "user", "content": "Hello"}, call.to_dict(), result]
    equal(service.ask("tools", talk, tools=[WEATHER]).output_text, "rain in Bonn")


@case
def streamed_tools(service):
    with service.stream("tools", tools=[WEATHER]) as events:
        seen = list(events)
        final = events.get_final_response()
    deltas = [event.delta for event in seen if event.type == "response.function_call_arguments.delta"]
    equal("".join(deltas).replace(" ", ""), '{"city":"Bonn"}')
    equal(final.output[-1].arguments.replace(" ", ""), '{"city":"Bonn"}')


@case
def image(service):
    content = [
        {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "auto"},
        {"type": "input_text", "text": "What is this?"},
    ]
    equal(service.ask("echo", [{"role": "user", "content": content}]).output_text, "What is this?")


@case
def echo(service):
    said = 'Grüße an "Zoë" \\ <z@example.org>,\u2028 🙂 und\tmehr.'
    equal(service.ask("echo", said).output_text, said)
    with service.stream("echo", said) as events:
        equal(events.get_final_response().output_text, said)


@case
def reasoning(service):
    answer = service.ask("thinker", reasoning={"effort": "low", "summary": "auto"})
    equal([item.type for item in answer.output], ["reasoning", "message"])
    equal((answer.output[0].summary[0].text, answer.output_text), ("Let me think. ", "It is so."))
    equal(answer.usage.output_tokens_details.reasoning_tokens, 4)


@case
def streamed_reasoning(service):
    events = list(service.ask("thinker", stream=True))
    deltas = [event.delta for event in events if event.type == "response.reasoning_summary_text.delta"]
    equal("".join(deltas), "Let me think. ")


@case
def too_long(service):
    answer = service.ask("long")
    equal((answer.status, answer.incomplete_details.reason), ("incomplete", "max_output_tokens"))


@case
def declined(service):
    equal(service.ask("refuser").output[0].content[0].type, "refusal")


@case
def embeddings(service):
    one = service.client.embeddings.create(model=service.model, input=["Hello", "you", "Hello"], dimensions=8)
    vectors = [item.embedding for item in one.data]
    equal((len(vectors), len(vectors[0]), vectors[0] == vectors[2], vectors[0] == vectors[1]), (3, 8, True, False))
    plain = service.client.embeddings.create(model=service.model, input="Hello", dimensions=8, encoding_format="float")
    equal(plain.data[0].embedding, vectors[0])


@case
def models(service):
    assert [model.id for model in service.client.models.list()]


@case
def wrong_key(service):
    other = Service(service.options)
    other.client = other.client.with_options(api_key="key-of-nobody")
    equal(other.refused(openai.AuthenticationError).code, "invalid_api_key")


@case
def forbidden(service):
    error = service.refused(openai.PermissionDeniedError, model="overseas")
    equal(error.status_code, 403)
    return error.code


@case
def unknown_model(service):
    equal(service.refused(openai.NotFoundError, model="missing").code, "model_not_found")


@case
def busy(service):
    patient = Service(service.options)
    patient.client = patient.client.with_options(max_retries=0)
    # A gateway counts down what is left of the three seconds that the endpoint asked for.
    headers = patient.refused(openai.RateLimitError, model="busy").response.headers
    assert headers["retry-after"] in ("1", "2", "3"), headers


@case
def bad_request(service):
    service.refused(openai.BadRequestError, model="picky")


@case
def error_within_a_stream(service):
    """The client hands the event on, or raises it if it has a field `error`."""
    try:
        last = list(service.ask("broken", stream=True))[-1]
    except openai.APIError as error:
        return error.message
    equal(last.type, "error")
    return last.message


if __name__ == "__main__":
    options = arguments()
    case.run(options, Service(options))
