// Cases of a script that drives a vendor's client: each is a function, and tells in one line of JSON how it went.

import assert from "node:assert/strict";
import { parseArgs } from "node:util";

export const WORDS = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `word${n} `).join("");
export const SCHEMA = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
export const SAID = 'Grüße an "Zoë" \\ <z@example.org>,\u2028 🙂 und\tmehr.';
// One red pixel.
export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

// Where the service is, the key, the model for plain questions, and which cases to run or to leave out.
export function options() {
  const text = (fallback) => ({ type: "string", default: fallback });
  const { values } = parseArgs({
    options: {
      "base-url": { type: "string" },
      key: { type: "string" },
      model: text("assistant"),
      text: text(WORDS),
      only: text(""),
      skip: text(""),
    },
  });
  assert(values["base-url"] && values.key, "--base-url and --key are needed");
  return { ...values, baseURL: values["base-url"] };
}

// Runs the cases in order. What a case returns is told as its detail.
export async function run(cases, { only, skip }) {
  const names = (list) => list.split(",").filter(Boolean);
  for (const name of [...names(only), ...names(skip)]) {
    assert(name in cases, `no such case: ${name}`);
  }
  for (const [name, test] of Object.entries(cases)) {
    if (names(skip).includes(name) || (only && !names(only).includes(name))) {
      continue;
    }
    const told = { case: name, ok: true, detail: "" };
    try {
      told.detail = String((await test()) ?? "");
    } catch (error) {
      Object.assign(told, { ok: false, detail: String(error?.stack ?? error) });
      process.exitCode = 1;
    }
    console.log(JSON.stringify(told));
  }
}

// The error of this class that a promise is rejected with.
export async function rejected(kind, promise) {
  try {
    await promise;
  } catch (error) {
    assert.equal(error.constructor.name, kind.name, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `no ${kind.name}` });
}

// A `fetch` that counts how often it is called.
export function counting() {
  const count = async (...request) => {
    count.times += 1;
    return fetch(...request);
  };
  count.times = 0;
  return count;
}
