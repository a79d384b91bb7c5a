// `openai` for Node, Chat Completions.

import assert from "node:assert/strict";
import {
  all, AS_JSON, BOTH, BREAK_OFF, CITIES, CITY, counted, degrees, FROZEN, HELLO, HI, load, PARIS, PICTURE, play, PNG,
  raises, REFUSE, tellsBoth, THINK, THOUGHT, user, WEATHER,
} from "./pond.mjs";

const { default: OpenAI } = await load("openai");
const TOOLS = [{ type: "function", function: { name: "weather", description: "Looks.", parameters: CITY } }];

const client = (up, key = up.key) => new OpenAI({ baseURL: up.at("/v1"), apiKey: key, maxRetries: 0 });
const ask = (up, content, more = {}) =>
  client(up).chat.completions.create({ model: up.model, messages: [user(content)], ...more });

async function text(up) {
  const answer = await ask(up, HELLO);
  assert.equal(answer.choices[0].message.content, HI);
  counted(up, [answer.usage.prompt_tokens, answer.usage.completion_tokens], [11, 7]);
}

async function streaming(up) {
  const chunks = await all(ask(up, HELLO, { stream: true, stream_options: { include_usage: true } }));
  assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), HI);
  counted(up, [chunks.at(-1).usage.total_tokens], [18]);
}

async function tools(up) {
  const messages = [user(BOTH)];
  const message = await client(up).chat.completions.stream({ model: up.model, messages, tools: TOOLS }).finalMessage();
  const cities = message.tool_calls.map((call) => JSON.parse(call.function.arguments).city);
  assert.deepEqual(cities, CITIES);
  // What the helper has parsed is the SDK's own, and no field of the API.
  const calls = message.tool_calls.map(({ id, function: { name, arguments: json } }) => ({
    id, type: "function", function: { name, arguments: json },
  }));
  messages.push({ role: "assistant", content: message.content, tool_calls: calls });
  message.tool_calls.forEach(({ id }, n) =>
    messages.push({ role: "tool", tool_call_id: id, content: degrees(cities[n]) }),
  );
  const last = await client(up).chat.completions.create({ model: up.model, messages, tools: TOOLS });
  tellsBoth(last.choices[0].message.content);
}

async function calledByTheSdk(up) {
  const asked = [];
  const weather = {
    type: "function",
    function: {
      name: "weather",
      description: "Looks.",
      parameters: CITY,
      parse: JSON.parse,
      function: ({ city }) => {
        asked.push(city);
        return degrees(city);
      },
    },
  };
  const runner = client(up).chat.completions.runTools({ model: up.model, messages: [user(BOTH)], tools: [weather], stream: true });
  tellsBoth(await runner.finalContent());
  assert.deepEqual(asked, CITIES);
}

async function images(up) {
  const picture = { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } };
  const answer = await ask(up, [{ type: "text", text: HELLO }, picture]);
  assert.equal(answer.choices[0].message.content, PICTURE);
}

async function structured(up) {
  const format = { type: "json_schema", json_schema: { name: "weather", schema: WEATHER, strict: true } };
  const answer = await ask(up, AS_JSON, { response_format: format });
  assert.deepEqual(JSON.parse(answer.choices[0].message.content), PARIS);
}

async function thinking(up) {
  const { message } = (await ask(up, THINK, { reasoning_effort: "low" })).choices[0];
  assert.deepEqual([message.reasoning_content, message.content], [THOUGHT, HI]);
}

async function errors(up) {
  await raises(OpenAI.BadRequestError, 400, () => ask(up, REFUSE), FROZEN);
  await raises(OpenAI.BadRequestError, 400, () => ask(up, REFUSE, { stream: true }), FROZEN);
  await raises(OpenAI.BadRequestError, 400, () => ask(up, HELLO, { temperature: "hot" }), /temperature/);
  await raises(OpenAI.NotFoundError, 404, () => ask(up, HELLO, { model: "none" }), /none/);
  await raises(OpenAI.AuthenticationError, 401, () => all(client(up, "wrong").models.list()));
  await raises(OpenAI.APIError, undefined, () => all(ask(up, BREAK_OFF, { stream: true })), /broke off/);
  await raises(OpenAI.RateLimitError, 429, () => ask(up, HELLO, { model: up.busy }));
}

async function models(up) {
  assert.ok((await all(client(up).models.list())).some(({ id }) => id === up.model));
  assert.equal((await client(up).models.retrieve(up.model)).id, up.model);
}

async function embeddings(up) {
  const embed = (model, input) => client(up).embeddings.create({ model, input });
  if (up.embedding === null) return raises(OpenAI.BadRequestError, 400, () => embed(up.model, HELLO), /embed/);
  // This SDK asks for base64 and decodes it.
  const { data } = await embed(up.embedding, [HELLO, "Hello again"]);
  assert.deepEqual(data.map(({ index }) => index), [0, 1]);
  for (const one of data) assert.ok(one.embedding.length > 0 && one.embedding.every(Number.isFinite), one);
}

await play({
  text, streaming, tools, "functions called by the SDK": calledByTheSdk, images, "structured output": structured,
  thinking, errors, models, embeddings,
});
