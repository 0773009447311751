// The official OpenAI client for Node.js, unchanged but for `baseURL` and `apiKey`, against a gateway or a fake of the vendor.
// Each model name but `--model` stands for an upstream that behaves in one way; see `FakeUpstream::act_by_model`.

import assert from "node:assert/strict";
import OpenAI from "openai";
import { PNG, SAID, SCHEMA, counting, options, rejected, run } from "./cases.mjs";

const told = options();
const { baseURL, key, model, text } = told;
const HELLO = [{ role: "user", content: "Hello" }];
const CHAT_TOOL = { type: "function", function: { name: "weather", parameters: SCHEMA } };
const TOOL = { type: "function", name: "weather", parameters: SCHEMA, strict: false };

const client = (more = {}) => new OpenAI({ baseURL, apiKey: key, ...more });
const chat = (request, more) => client(more).chat.completions.create({ model, messages: HELLO, ...request });
const respond = (request, more) => client(more).responses.create({ model, input: "Hello", ...request });

async function all(stream) {
  const items = [];
  for await (const item of stream) {
    items.push(item);
  }
  return items;
}

// The error of a request that must be sent once and no more.
async function refused(kind, ask, request) {
  const fetch = counting();
  const error = await rejected(kind, ask(request, { fetch }));
  assert.equal(fetch.times, 1, "the client tried again");
  return error;
}

const cases = {
  async chat() {
    const answer = await chat();
    assert.equal(answer.choices[0].message.content, text);
    assert.equal(answer.choices[0].finish_reason, "stop");
    assert(answer.usage.total_tokens > 0);
  },

  async chat_stream() {
    const chunks = await all(await chat({ stream: true, stream_options: { include_usage: true } }));
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), text);
    assert(chunks.at(-1).usage.total_tokens > 0);
  },

  async chat_echo() {
    const messages = [{ role: "user", content: SAID }];
    assert.equal((await chat({ model: "echo", messages })).choices[0].message.content, SAID);
    const chunks = await all(await chat({ model: "echo", messages, stream: true }));
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), SAID);
  },

  async chat_tools() {
    const { message, finish_reason } = (await chat({ model: "tools", tools: [CHAT_TOOL] })).choices[0];
    assert.equal(finish_reason, "tool_calls");
    const call = message.tool_calls[0];
    assert.deepEqual(JSON.parse(call.function.arguments), { city: "Bonn" });
    const messages = [...HELLO, message, { role: "tool", tool_call_id: call.id, content: "rain in Bonn" }];
    const last = await chat({ model: "tools", tools: [CHAT_TOOL], messages });
    assert.equal(last.choices[0].message.content, "rain in Bonn");
  },

  async chat_streamed_tools() {
    const stream = client().chat.completions.stream({ model: "tools", messages: HELLO, tools: [CHAT_TOOL] });
    const final = await stream.finalChatCompletion();
    assert.deepEqual(JSON.parse(final.choices[0].message.tool_calls[0].function.arguments), { city: "Bonn" });
  },

  async chat_image() {
    const content = [
      { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
      { type: "text", text: "What is this?" },
    ];
    const answer = await chat({ model: "echo", messages: [{ role: "user", content }] });
    assert.equal(answer.choices[0].message.content, "What is this?");
  },

  async response() {
    const answer = await respond({ instructions: "Be brief." });
    assert.equal(answer.status, "completed");
    assert.equal(answer.output_text, text);
  },

  async response_stream() {
    const events = await all(await respond({ stream: true }));
    assert.equal(events[0].type, "response.created");
    assert.equal(events.at(-1).type, "response.completed");
    assert.deepEqual(events.map((event) => event.sequence_number), [...events.keys()]);
    const final = await client().responses.stream({ model, input: "Hello" }).finalResponse();
    assert.equal(final.output_text, text);
  },

  async response_tools() {
    const first = await respond({ model: "tools", tools: [TOOL] });
    const call = first.output.at(-1);
    assert.deepEqual(JSON.parse(call.arguments), { city: "Bonn" });
    const result = { type: "function_call_output", call_id: call.call_id, output: "rain in Bonn" };
    const input = [{ role: "user", content: "Hello" }, call, result];
    assert.equal((await respond({ model: "tools", tools: [TOOL], input })).output_text, "rain in Bonn");
  },

  async response_streamed_tools() {
    const stream = client().responses.stream({ model: "tools", input: "Hello", tools: [TOOL] });
    const final = await stream.finalResponse();
    assert.deepEqual(JSON.parse(final.output.at(-1).arguments), { city: "Bonn" });
  },

  async response_image() {
    const content = [
      { type: "input_image", image_url: `data:image/png;base64,${PNG}`, detail: "auto" },
      { type: "input_text", text: "What is this?" },
    ];
    assert.equal((await respond({ model: "echo", input: [{ role: "user", content }] })).output_text, "What is this?");
  },

  async embeddings() {
    const answer = await client().embeddings.create({ model, input: ["a", "b", "a"], dimensions: 8 });
    const vectors = answer.data.map((item) => [...item.embedding]);
    assert.equal(vectors[0].length, 8);
    assert.deepEqual(vectors[0], vectors[2]);
    assert.notDeepEqual(vectors[0], vectors[1]);
  },

  async models() {
    assert((await all(client().models.list())).length > 0);
  },

  async wrong_key() {
    const ask = (request, more) => chat(request, { ...more, apiKey: "key-of-nobody" });
    assert.equal((await refused(OpenAI.AuthenticationError, ask)).code, "invalid_api_key");
  },

  async forbidden() {
    return (await refused(OpenAI.PermissionDeniedError, chat, { model: "overseas" })).code;
  },

  async forbidden_response() {
    return (await refused(OpenAI.PermissionDeniedError, respond, { model: "overseas" })).code;
  },

  async unknown_model() {
    assert.equal((await refused(OpenAI.NotFoundError, chat, { model: "missing" })).code, "model_not_found");
  },

  async busy() {
    const error = await rejected(OpenAI.RateLimitError, chat({ model: "busy" }, { maxRetries: 0 }));
    // A gateway counts down what is left of the three seconds that the endpoint asked for.
    assert.ok(["1", "2", "3"].includes(error.headers.get("retry-after")));
  },

  async bad_request() {
    await refused(OpenAI.BadRequestError, chat, { model: "picky" });
  },

  async error_within_a_stream() {
    const read = async () => all(await chat({ model: "broken", stream: true }));
    return (await rejected(OpenAI.APIError, read())).message;
  },
};

await run(cases, told);
