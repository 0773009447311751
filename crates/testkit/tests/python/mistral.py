"""Mistral's own client holds the fake of its wire to its types."""

from mistralai.client import Mistral
from mistralai.client.errors import SDKError

from cases import SCHEMA, Cases, arguments, equal, raised

case = Cases()
HELLO = [{"role": "user", "content": "Hello"}]
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}


class Service:
    def __init__(self, options):
        self.options, self.model, self.text = options, options.model, options.text
        self.client = Mistral(api_key=options.key, server_url=options.base_url)

    def ask(self, model=None, messages=HELLO, **more):
        return self.client.chat.complete(model=model or self.model, messages=messages, **more)

    def stream(self, model=None, **more):
        return [event.data for event in self.client.chat.stream(model=model or self.model, messages=HELLO, **more)]


@case
def completion(service):
    answer = service.ask()
    equal((answer.choices[0].message.content, answer.choices[0].finish_reason), (service.text, "stop"))
    equal((answer.usage.prompt_tokens, answer.usage.total_tokens), (7, 15))


@case
def stream(service):
    chunks = service.stream()
    equal("".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices), service.text)


@case
def tools(service):
    call = service.ask("tools", tools=[WEATHER]).choices[0].message.tool_calls[0]
    equal((call.function.name, call.function.arguments), ("weather", '{"city":"Bonn"}'))
    message = {"role": "assistant", "content": "", "tool_calls": [call]}
    talk = [*HELLO, message, {"role": "tool", "tool_call_id": call.id, "content": "rain"}]
    equal(service.ask("tools", talk, tools=[WEATHER]).choices[0].message.content, "rain")


@case
def streamed_tool_call_comes_whole(service):
    deltas = [chunk.choices[0].delta for chunk in service.stream("tools", tools=[WEATHER])]
    calls = [call for delta in deltas for call in delta.tool_calls or []]
    equal([(call.function.name, call.function.arguments) for call in calls], [("weather", '{"city":"Bonn"}')])


@case
def embeddings(service):
    answer = service.client.embeddings.create(model="m", inputs=["a", "b"])
    equal([len(item.embedding) for item in answer.data], [4, 4])


@case
def models(service):
    equal([model.id for model in service.client.models.list().data], ["fake"])


@case
def errors(service):
    for model, status in [("busy", 429), ("picky", 400), ("overseas", 403), ("missing", 404)]:
        equal(raised(SDKError, lambda: service.ask(model)).status_code, status)
    other = Mistral(api_key="key-of-nobody", server_url=service.options.base_url)
    equal(raised(SDKError, lambda: other.chat.complete(model="echo", messages=HELLO)).status_code, 401)


if __name__ == "__main__":
    options = arguments()
    case.run(options, Service(options))
