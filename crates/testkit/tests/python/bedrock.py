"""AWS's own client holds the fake of Bedrock to its types, its framing and its signatures."""

import base64

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

from cases import PNG, SCHEMA, Cases, arguments, equal, raised

case = Cases()
HELLO = [{"role": "user", "content": [{"text": "Hello"}]}]
WEATHER = {"tools": [{"toolSpec": {"name": "weather", "inputSchema": {"json": SCHEMA}}}]}


class Service:
    def __init__(self, options):
        self.options, self.model, self.text = options, options.model, options.text
        # The key is that of the signatures and its secret. The client sends bearer tokens over TLS only.
        self.id, self.secret = options.key.split(":")
        self.client = self.signed(self.id, self.secret)

    def signed(self, key, secret, **more):
        config = Config(retries={"max_attempts": 0, "mode": "standard"}, proxies={})
        return boto3.client(
            "bedrock-runtime", endpoint_url=self.options.base_url, region_name="eu-central-1", config=config,
            aws_access_key_id=key, aws_secret_access_key=secret, **more,
        )

    def ask(self, model=None, messages=HELLO, **more):
        return self.client.converse(modelId=model or self.model, messages=messages, **more)

    def stream(self, model=None, messages=HELLO, **more):
        return list(self.client.converse_stream(modelId=model or self.model, messages=messages, **more)["stream"])


def content(answer):
    return answer["output"]["message"]["content"]


def deltas(events):
    return [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]


@case
def converse(service):
    answer = service.ask(system=[{"text": "Be brief."}], inferenceConfig={"maxTokens": 100, "temperature": 0.5})
    equal((content(answer), answer["stopReason"]), ([{"text": service.text}], "end_turn"))
    equal(answer["usage"]["totalTokens"], 15)


@case
def stream(service):
    events = service.stream()
    equal("".join(delta["text"] for delta in deltas(events)), service.text)
    equal([list(event)[0] for event in events[:2]], ["messageStart", "contentBlockDelta"])
    equal((events[-2], events[-1]["metadata"]["usage"]["inputTokens"]), ({"messageStop": {"stopReason": "end_turn"}}, 7))


@case
def model_with_a_colon(service):
    equal(content(service.ask("anthropic.claude-v2:1")), [{"text": service.text}])
    equal(content(service.ask("arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.some-model-v1:0")), [{"text": service.text}])


@case
def tools(service):
    answer = service.ask("tools", toolConfig=WEATHER)
    use = content(answer)[0]["toolUse"]
    equal((answer["stopReason"], use["name"], use["input"]), ("tool_use", "weather", {"city": "Bonn"}))
    result = {"toolResult": {"toolUseId": use["toolUseId"], "content": [{"text": "rain"}]}}
    talk = [*HELLO, answer["output"]["message"], {"role": "user", "content": [result]}]
    equal(content(service.ask("tools", talk, toolConfig=WEATHER)), [{"text": "rain"}])


@case
def streamed_tools(service):
    events = service.stream("two", toolConfig=WEATHER)
    starts = [event["contentBlockStart"] for event in events if "contentBlockStart" in event]
    equal([(start["contentBlockIndex"], start["start"]["toolUse"]["name"]) for start in starts], [(1, "weather"), (2, "weather")])
    equal("".join(delta["toolUse"]["input"] for delta in deltas(events) if "toolUse" in delta), '{"city":"Bonn"}{"city":"Lyon"}')


@case
def reasoning(service):
    first = content(service.ask("thinker"))[0]["reasoningContent"]["reasoningText"]
    equal(first["text"], "Let me think. ")
    assert first["signature"]
    parts = [delta["reasoningContent"] for delta in deltas(service.stream("thinker")) if "reasoningContent" in delta]
    equal("".join(part.get("text", "") for part in parts), "Let me think. ")
    assert parts[-1]["signature"]


@case
def image(service):
    picture = {"image": {"format": "png", "source": {"bytes": base64.b64decode(PNG)}}}
    equal(content(service.ask("echo", [{"role": "user", "content": [picture, {"text": "What is this?"}]}])), [{"text": "What is this?"}])


@case
def echo(service):
    said = 'Grüße an "Zoë" \\ <z@example.org>,\u2028 🙂 und\tmehr.'
    talk = [{"role": "user", "content": [{"text": said}]}]
    equal((content(service.ask("echo", talk)), "".join(delta["text"] for delta in deltas(service.stream("echo", talk)))), ([{"text": said}], said))


@case
def ends(service):
    found = [service.ask(model)["stopReason"] for model in ("long", "refuser", "blocked")]
    equal(found, ["max_tokens", "content_filtered", "guardrail_intervened"])


@case
def cached(service):
    usage = service.ask("cached")["usage"]
    equal((usage["cacheReadInputTokens"], usage["cacheWriteInputTokens"], usage["totalTokens"]), (100, 20, 135))


@case
def count_tokens(service):
    equal(service.client.count_tokens(modelId="m", input={"converse": {"messages": HELLO}})["inputTokens"], 7)


@case
def errors(service):
    expected = {"busy": ("ThrottlingException", 429), "picky": ("ValidationException", 400), "overseas": ("AccessDeniedException", 403),
                "missing": ("ResourceNotFoundException", 404), "overloaded": ("ServiceUnavailableException", 503)}
    for model, told in expected.items():
        error = raised_by_aws(lambda: service.ask(model))
        equal((error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]), told)


@case
def exception_within_a_stream(service):
    error = raised(EventStreamError, lambda: service.stream("broken"))
    equal(error.response["Error"]["Code"], "throttlingException")


@case
def signature(service):
    """The fake recomputes every signature; those of another secret, another key, and none at all are refused."""
    for client, code in [
        (service.signed(service.id, "another"), "InvalidSignatureException"),
        (service.signed("AKIDNOBODY", service.secret), "UnrecognizedClientException"),
    ]:
        equal(raised_by_aws(lambda: client.converse(modelId="echo", messages=HELLO))["Error"]["Code"], code)
    with_token = service.signed(service.id, service.secret, aws_session_token="token/with+signs=")
    equal(content(with_token.converse(modelId="echo", messages=HELLO)), [{"text": "Hello"}])


def raised_by_aws(act):
    try:
        act()
    except ClientError as error:
        return error.response
    raise AssertionError("no error")


if __name__ == "__main__":
    options = arguments()
    case.run(options, Service(options))
