"""OpenAI's own client holds the fake of chat completions to its types. With `--azure` it is Azure's client."""

import sys

import openai

from cases import SCHEMA, Cases, arguments, equal, raised

case = Cases()
HELLO = [{"role": "user", "content": "Hello"}]
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}


class Service:
    def __init__(self, options, azure):
        self.model, self.text, self.options, self.azure = options.model, options.text, options, azure
        self.client = self.with_key(options.key)

    def with_key(self, key):
        # The v1 path of Azure OpenAI is used with the plain client, here with the header `api-key` alone.
        headers = {"api-key": key} if self.azure else {}
        strip = [lambda request: request.headers.pop("Authorization")] if self.azure else []
        http = openai.DefaultHttpxClient(event_hooks={"request": strip})
        return openai.OpenAI(
            base_url=self.options.base_url, api_key=key, default_headers=headers, http_client=http, max_retries=0
        )

    def ask(self, model=None, messages=HELLO, **more):
        return self.client.chat.completions.create(model=model or self.model, messages=messages, **more)


@case
def completion(service):
    answer = service.ask("thinker")
    choice = answer.choices[0]
    equal((choice.message.content, choice.message.reasoning_content), ("It is so.", "Let me think. "))
    equal((answer.usage.total_tokens, answer.usage.completion_tokens_details.reasoning_tokens), (19, 4))


@case
def stream(service):
    chunks = list(service.ask("thinker", stream=True, stream_options={"include_usage": True}))
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    equal("".join(delta.content or "" for delta in deltas), "It is so.")
    equal("".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas), "Let me think. ")
    equal((chunks[-1].choices, chunks[-1].usage.prompt_tokens), ([], 7))


@case
def tool_call_in_fragments(service):
    with service.client.chat.completions.stream(model="tools", messages=HELLO, tools=[WEATHER]) as events:
        fragments = [event.arguments_delta for event in events if event.type == "tool_calls.function.arguments.delta"]
        final = events.get_final_completion()
    call = final.choices[0].message.tool_calls[0]
    equal((call.function.name, call.function.arguments, final.choices[0].finish_reason), ("weather", '{"city":"Bonn"}', "tool_calls"))
    assert len(fragments) > 3, fragments
    talk = [*HELLO, service.ask("tools", tools=[WEATHER]).choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "rain"}]
    equal(service.ask("tools", talk, tools=[WEATHER]).choices[0].message.content, "rain")


@case
def two_tool_calls(service):
    with service.client.chat.completions.stream(model="two", messages=HELLO, tools=[WEATHER]) as events:
        message = events.get_final_completion().choices[0].message
    equal(message.content, "I look. ")
    equal([call.function.arguments for call in message.tool_calls], ['{"city":"Bonn"}', '{"city":"Lyon"}'])


@case
def several_choices(service):
    equal([choice.index for choice in service.ask("echo", n=3).choices], [0, 1, 2])
    chunks = list(service.ask("echo", n=2, stream=True))
    for index in (0, 1):
        parts = [c.choices[0].delta.content or "" for c in chunks if c.choices[0].index == index]
        equal("".join(parts), "Hello")


@case
def refusal(service):
    choice = service.ask("refuser").choices[0]
    equal((choice.message.refusal, choice.message.content), ("I cannot help with that.", None))
    chunks = list(service.ask("refuser", stream=True))
    equal("".join(chunk.choices[0].delta.refusal or "" for chunk in chunks), "I cannot help with that.")


@case
def logprobs(service):
    tokens = service.ask("echo", logprobs=True).choices[0].logprobs.content
    equal((tokens[0].token, tokens[0].bytes), ("Hello", list(b"Hello")))


@case
def embeddings(service):
    vectors = [item.embedding for item in service.client.embeddings.create(model="m", input=["a", "b", "a"]).data]
    equal((vectors[0] == vectors[2], vectors[0] == vectors[1]), (True, False))


@case
def errors(service):
    equal(raised(openai.RateLimitError, lambda: service.ask("busy")).response.headers["retry-after"], "3")
    raised(openai.BadRequestError, lambda: service.ask("picky"))
    raised(openai.PermissionDeniedError, lambda: service.ask("overseas"))
    raised(openai.NotFoundError, lambda: service.ask("missing"))
    raised(openai.InternalServerError, lambda: service.ask("overloaded"))
    raised(openai.APIError, lambda: list(service.ask("broken", stream=True)))
    service.client = service.with_key("key-of-nobody")
    raised(openai.AuthenticationError, lambda: service.ask("echo"))


if __name__ == "__main__":
    azure = "--azure" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--azure"]
    options = arguments()
    case.run(options, Service(options, azure))
