// `@anthropic-ai/sdk` for Node.

import assert from "node:assert/strict";
import {
  all, AS_JSON, BOTH, BREAK_OFF, CITIES, CITY, counted, degrees, FROZEN, HELLO, HI, load, PARIS, PICTURE, play, PNG,
  raises, REFUSE, tellsBoth, THINK, THOUGHT, user, WEATHER,
} from "./pond.mjs";

const { default: Anthropic } = await load("@anthropic-ai/sdk");
const TOOLS = [{ name: "weather", description: "Looks.", input_schema: CITY }];

const client = (up, key = up.key) => new Anthropic({ baseURL: up.at(), apiKey: key, maxRetries: 0 });
const said = (up, content, more = {}) => ({ model: up.model, max_tokens: 2048, messages: [user(content)], ...more });
const ask = (up, content, more) => client(up).messages.create(said(up, content, more));

async function text(up) {
  const answer = await ask(up, HELLO);
  assert.deepEqual([answer.content[0].text, answer.stop_reason], [HI, "end_turn"]);
  counted(up, [answer.usage.input_tokens, answer.usage.output_tokens], [11, 7]);
}

async function streaming(up) {
  const final = await client(up).messages.stream(said(up, HELLO)).finalMessage();
  assert.equal(final.content[0].text, HI);
  counted(up, [final.usage.output_tokens], [7]);
}

async function tools(up) {
  const talk = said(up, BOTH, { tools: TOOLS });
  const message = await client(up).messages.stream(talk).finalMessage();
  assert.equal(message.stop_reason, "tool_use");
  const calls = message.content.filter(({ type }) => type === "tool_use");
  assert.deepEqual(calls.map(({ input }) => input.city), CITIES);
  talk.messages.push({ role: "assistant", content: message.content });
  talk.messages.push(
    user(calls.map(({ id, input }) => ({ type: "tool_result", tool_use_id: id, content: degrees(input.city) }))),
  );
  tellsBoth((await client(up).messages.create(talk)).content.at(-1).text);
}

async function images(up) {
  const picture = { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } };
  assert.equal((await ask(up, [{ type: "text", text: HELLO }, picture])).content[0].text, PICTURE);
}

async function structured(up) {
  const format = { type: "json_schema", schema: WEATHER };
  const answer = await ask(up, AS_JSON, { output_config: { format } });
  assert.deepEqual(JSON.parse(answer.content[0].text), PARIS);
}

async function thinking(up) {
  const budget = { thinking: { type: "enabled", budget_tokens: 1024 } };
  const answer = await client(up).messages.stream(said(up, THINK, budget)).finalMessage();
  assert.deepEqual([answer.content[0].thinking, answer.content[1].text], [THOUGHT, HI]);
  const talk = said(up, THINK, budget);
  talk.messages.push({ role: "assistant", content: answer.content }, user(HELLO));
  assert.equal((await client(up).messages.create(talk)).content.at(-1).text, HI);
}

async function errors(up) {
  await raises(Anthropic.BadRequestError, 400, () => ask(up, REFUSE), FROZEN);
  await raises(Anthropic.BadRequestError, 400, () => ask(up, REFUSE, { stream: true }), FROZEN);
  await raises(Anthropic.BadRequestError, 400, () => ask(up, HELLO, { stop_sequences: "none" }), /stop_sequences/);
  await raises(Anthropic.NotFoundError, 404, () => ask(up, HELLO, { model: "none" }), /none/);
  await raises(Anthropic.AuthenticationError, 401, () => all(client(up, "wrong").models.list()));
  await raises(Anthropic.APIError, undefined, () => all(ask(up, BREAK_OFF, { stream: true })), /broke off/);
  await raises(Anthropic.RateLimitError, 429, () => ask(up, HELLO, { model: up.busy }));
}

async function countTokens(up) {
  const count = (text) => client(up).messages.countTokens({ model: up.model, messages: [user(text)] });
  const [short, long] = [await count(HELLO), await count(HELLO.repeat(400))];
  assert.ok(short.input_tokens > 0 && short.input_tokens < long.input_tokens, [short, long]);
}

async function models(up) {
  assert.ok((await all(client(up).models.list())).some(({ id }) => id === up.model));
  assert.equal((await client(up).models.retrieve(up.model)).id, up.model);
}

await play({
  text, streaming, tools, images, "structured output": structured, thinking, errors, count_tokens: countTokens, models,
});
