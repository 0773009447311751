"""The official OpenAI client, unchanged but for `base_url` and `api_key`, against a running gateway.

The gateway's address comes as COMITY_BASE_URL. Its estate is made by `tests/cli/sdk.rs`: each model name stands for an
upstream that behaves in one way.
"""

import asyncio
import os
import unittest

import openai

BASE_URL = os.environ["COMITY_BASE_URL"]
KEY = os.environ["COMITY_KEY"]
TEXT = os.environ["COMITY_TEXT"]
HELLO = [{"role": "user", "content": "Hello"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


class Sdk(unittest.TestCase):
    def setUp(self):
        self.sent = []
        hooks = {"request": [self.sent.append]}
        self.http = openai.DefaultHttpxClient(event_hooks=hooks)
        self.client = openai.OpenAI(base_url=BASE_URL, api_key=KEY, http_client=self.http)
        self.addCleanup(self.client.close)

    def ask(self, model="assistant", messages=HELLO, **more):
        return self.client.chat.completions.create(model=model, messages=messages, **more)

    def refused(self, kind, **request):
        """The error of a request that must be sent once and no more."""
        with self.assertRaises(kind) as caught:
            self.ask(**request)
        self.assertIs(type(caught.exception), kind)
        self.assertEqual(len(self.sent), 1, "the client tried again")
        return caught.exception


class Answers(Sdk):
    def test_a_completion(self):
        completion = self.ask()
        self.assertEqual(completion.choices[0].message.content, TEXT)
        self.assertEqual(completion.choices[0].finish_reason, "stop")
        self.assertEqual(completion.usage.total_tokens, 15)

    def test_a_stream(self):
        chunks = list(self.ask(stream=True))
        self.assertEqual("".join(chunk.choices[0].delta.content or "" for chunk in chunks), TEXT)
        self.assertEqual(chunks[-1].choices[0].finish_reason, "stop")
        self.assertGreater(len(chunks), 3)
        self.assertTrue(all(chunk.usage is None for chunk in chunks), "usage was not asked for")

    def test_a_stream_with_usage(self):
        chunks = list(self.ask(stream=True, stream_options={"include_usage": True}))
        self.assertEqual(chunks[-1].choices, [])
        self.assertEqual(chunks[-1].usage.prompt_tokens, 7)

    def test_an_asynchronous_stream(self):
        async def text():
            async with openai.AsyncOpenAI(base_url=BASE_URL, api_key=KEY) as client:
                stream = await client.chat.completions.create(model="assistant", messages=HELLO, stream=True)
                return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

        self.assertEqual(asyncio.run(text()), TEXT)

    def test_a_tool_call(self):
        call = self.ask("tools", tools=[WEATHER], tool_choice="auto", parallel_tool_calls=False).choices[0]
        self.assertEqual(call.finish_reason, "tool_calls")
        self.assertEqual(call.message.tool_calls[0].function.name, "weather")
        self.assertEqual(call.message.tool_calls[0].function.arguments, '{"city":"Bonn"}')
        answered = [*HELLO, call.message, {"role": "tool", "tool_call_id": "call_1", "content": "rain"}]
        self.assertEqual(self.ask(messages=answered, tools=[WEATHER]).choices[0].message.content, TEXT)

    def test_a_streamed_tool_call(self):
        chunks = list(self.ask("tools", tools=[WEATHER], stream=True))
        parts = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
        self.assertEqual(parts[0].function.name, "weather")
        self.assertEqual("".join(part.function.arguments or "" for part in parts), '{"city":"Bonn"}')

    def test_the_models(self):
        models = self.client.models.list()
        self.assertEqual(
            sorted(model.id for model in models),
            ["assistant", "busy", "cut", "dead", "first", "other", "overseas", "picky", "tools"],
        )

    def test_the_headers(self):
        raw = self.client.chat.completions.with_raw_response.create(
            model="assistant", messages=HELLO, extra_headers={"x-comity-subject": "FR"}
        )
        self.assertEqual(raw.headers["x-comity-endpoint"], "home")
        self.assertEqual(raw.headers["x-comity-place"], "DE")
        self.assertRegex(raw.headers["x-comity-receipt"], r"^house\.example/log \d+$")
        self.assertRegex(raw.headers["x-comity-salt"], r"^[0-9a-f]{32}$")
        self.assertEqual(raw.parse().choices[0].message.content, TEXT)
        self.assertEqual(raw.parse()._request_id, raw.headers["x-request-id"])

    def test_unknown_fields_are_sent_on(self):
        self.assertEqual(self.ask(extra_body={"brand_new_field": {"deep": [1, 2.50]}}).object, "chat.completion")


class Errors(Sdk):
    def test_a_wrong_key(self):
        self.client = self.client.with_options(api_key="key-of-nobody")
        error = self.refused(openai.AuthenticationError)
        self.assertEqual((error.status_code, error.code), (401, "invalid_api_key"))

    def test_a_refusal_by_law(self):
        error = self.refused(openai.PermissionDeniedError, model="overseas")
        self.assertEqual((error.status_code, error.code), (403, "refused_by_law"))
        self.assertIn("GDPR", error.body["comity"]["cite"])
        self.assertEqual(error.body["comity"]["provision"], "eu/gdpr/44")
        self.assertTrue(error.body["comity"]["ruling"]["ways"])
        self.assertRegex(error.response.headers["x-comity-receipt"], r"^house\.example/log \d+$")

    def test_a_refusal_of_a_streamed_request(self):
        error = self.refused(openai.PermissionDeniedError, model="overseas", stream=True)
        self.assertEqual(error.code, "refused_by_law")

    def test_an_unknown_model(self):
        error = self.refused(openai.NotFoundError, model="gpt-4")
        self.assertEqual((error.code, error.param), ("model_not_found", "model"))

    def test_an_unknown_path(self):
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.moderations.create(model="assistant", input="Hello")
        self.assertEqual(caught.exception.code, "unknown_path")

    def test_a_request_that_is_none(self):
        error = self.refused(openai.BadRequestError, messages="Hello")
        self.assertEqual(error.status_code, 400)

    def test_a_fact_that_nobody_knows(self):
        error = self.refused(openai.BadRequestError, extra_headers={"x-comity-data": "helth"})
        self.assertEqual((error.code, error.param), ("invalid_fact", "x-comity-data"))
        self.assertIn("`health`", error.message)

    def test_a_request_that_the_endpoint_refuses(self):
        error = self.refused(openai.BadRequestError, model="picky")
        self.assertEqual(error.code, "upstream_rejected")

    def test_no_lawful_endpoint_alive(self):
        error = self.refused(openai.InternalServerError, model="dead")
        self.assertEqual((error.status_code, error.code), (503, "no_lawful_endpoint_alive"))

    def test_every_lawful_endpoint_busy(self):
        self.client = self.client.with_options(max_retries=0)
        error = self.refused(openai.RateLimitError, model="busy")
        self.assertEqual((error.code, error.response.headers["retry-after"]), ("lawful_endpoints_busy", "3"))

    def test_a_stream_that_is_cut(self):
        chunks = []
        with self.assertRaises(openai.APIError) as caught:
            for chunk in self.ask("cut", stream=True):
                chunks.append(chunk)
        self.assertIs(type(caught.exception), openai.APIError)
        self.assertEqual(caught.exception.code, "upstream_cut")
        self.assertEqual(len(chunks), 3, "what came before the cut arrived")


if __name__ == "__main__":
    unittest.main(verbosity=2)
