// The official Anthropic client for Node.js, unchanged but for `baseURL` and `apiKey`, against a gateway or a fake of the
// vendor. Each model name but `--model` stands for an upstream that behaves in one way; see `FakeUpstream::act_by_model`.

import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { PNG, SAID, SCHEMA, counting, options, rejected, run } from "./cases.mjs";

const told = options();
const { baseURL, key, model, text } = told;
const HELLO = [{ role: "user", content: "Hello" }];
const WEATHER = { name: "weather", input_schema: SCHEMA };

const client = (more = {}) => new Anthropic({ baseURL, apiKey: key, ...more });
const whole = (request) => ({ model, max_tokens: 100, messages: HELLO, ...request });
const ask = (request, more) => client(more).messages.create(whole(request));
const stream = (request) => client().messages.stream(whole(request));

// The error of a request that must be sent once and no more.
async function refused(kind, request, more) {
  const fetch = counting();
  const error = await rejected(kind, ask(request, { fetch, ...more }));
  assert.equal(fetch.times, 1, "the client tried again");
  return error;
}

const cases = {
  async message() {
    const answer = await ask({ system: "Be brief.", stop_sequences: ["END"] });
    assert.deepEqual(answer.content.map((block) => block.text), [text]);
    assert.equal(answer.stop_reason, "end_turn");
    assert(answer.usage.output_tokens > 0);
  },

  async message_stream() {
    const pieces = [];
    const final = await stream().on("text", (piece) => pieces.push(piece)).finalMessage();
    assert.equal(pieces.join(""), text);
    assert.equal(final.content[0].text, text);
    assert.equal(final.stop_reason, "end_turn");
  },

  async echo() {
    const messages = [{ role: "user", content: SAID }];
    assert.equal((await ask({ model: "echo", messages })).content[0].text, SAID);
    assert.equal(await stream({ model: "echo", messages }).finalText(), SAID);
  },

  async tools() {
    const first = await ask({ model: "tools", tools: [WEATHER], tool_choice: { type: "auto" } });
    assert.equal(first.stop_reason, "tool_use");
    const use = first.content.find((block) => block.type === "tool_use");
    assert.deepEqual(use.input, { city: "Bonn" });
    const result = { type: "tool_result", tool_use_id: use.id, content: "rain in Bonn" };
    const messages = [...HELLO, { role: "assistant", content: first.content }, { role: "user", content: [result] }];
    assert.equal((await ask({ model: "tools", tools: [WEATHER], messages })).content[0].text, "rain in Bonn");
  },

  async streamed_tools() {
    const final = await stream({ model: "two", tools: [WEATHER] }).finalMessage();
    assert.deepEqual(final.content.map((block) => block.type), ["text", "tool_use", "tool_use"]);
    assert.deepEqual(final.content.slice(1).map((block) => block.input.city), ["Bonn", "Lyon"]);
  },

  async image() {
    const source = { type: "base64", media_type: "image/png", data: PNG };
    const content = [{ type: "image", source }, { type: "text", text: "What is this?" }];
    const answer = await ask({ model: "echo", messages: [{ role: "user", content }] });
    assert.equal(answer.content[0].text, "What is this?");
  },

  async thinking() {
    const thinking = { type: "enabled", budget_tokens: 1024 };
    for (const answer of [await ask({ model: "thinker", thinking }), await stream({ model: "thinker", thinking }).finalMessage()]) {
      assert.deepEqual(answer.content.map((block) => block.thinking ?? block.text), ["Let me think. ", "It is so."]);
    }
  },

  async count_tokens() {
    const counted = await client().messages.countTokens({ model, messages: HELLO, tools: [WEATHER] });
    assert(counted.input_tokens > 0);
  },

  async models() {
    for await (const found of client().models.list()) {
      return found.id;
    }
    assert.fail("no model");
  },

  async wrong_key() {
    const error = await refused(Anthropic.AuthenticationError, {}, { apiKey: "key-of-nobody" });
    assert.equal(error.error.error.type, "authentication_error");
  },

  async forbidden() {
    const error = await refused(Anthropic.PermissionDeniedError, { model: "overseas" });
    assert.equal(error.error.error.type, "permission_error");
    return error.message;
  },

  async unknown_model() {
    const error = await refused(Anthropic.NotFoundError, { model: "missing" });
    assert.equal(error.error.error.type, "not_found_error");
  },

  async busy() {
    const error = await refused(Anthropic.RateLimitError, { model: "busy" }, { maxRetries: 0 });
    // A gateway counts down what is left of the three seconds that the endpoint asked for.
    assert.ok(["1", "2", "3"].includes(error.headers.get("retry-after")));
  },

  async bad_request() {
    await refused(Anthropic.BadRequestError, { model: "picky" });
  },

  async error_within_a_stream() {
    const error = await stream({ model: "broken" }).finalMessage().then(() => null, (failed) => failed);
    assert(error instanceof Anthropic.APIError, String(error));
    return error.message;
  },
};

await run(cases, told);
