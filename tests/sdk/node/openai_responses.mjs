// `openai` for Node, Responses.

import assert from "node:assert/strict";
import {
  all, AS_JSON, BOTH, BREAK_OFF, CITIES, CITY, counted, degrees, FROZEN, HELLO, HI, load, PARIS, PICTURE, play, PNG,
  raises, REFUSE, tellsBoth, THINK, THOUGHT, user, WEATHER,
} from "./pond.mjs";

const { default: OpenAI } = await load("openai");
const TOOLS = [{ type: "function", name: "weather", description: "Looks.", parameters: CITY, strict: false }];

const client = (up) => new OpenAI({ baseURL: up.at("/v1"), apiKey: up.key, maxRetries: 0 });
const ask = (up, input, more = {}) => client(up).responses.create({ model: up.model, input, ...more });

async function text(up) {
  const answer = await ask(up, HELLO);
  assert.deepEqual([answer.output_text, answer.status], [HI, "completed"]);
  counted(up, [answer.usage.input_tokens, answer.usage.output_tokens], [11, 7]);
}

async function streaming(up) {
  const kinds = [];
  const stream = client(up).responses.stream({ model: up.model, input: HELLO });
  stream.on("event", ({ type }) => kinds.push(type));
  assert.equal((await stream.finalResponse()).output_text, HI);
  assert.deepEqual([kinds[0], kinds.at(-1)], ["response.created", "response.completed"]);
}

function resultsOf(answer) {
  const calls = answer.output.filter(({ type }) => type === "function_call");
  const cities = calls.map((call) => JSON.parse(call.arguments).city);
  assert.deepEqual(cities, CITIES);
  return calls.map(({ call_id }, n) => ({ type: "function_call_output", call_id, output: degrees(cities[n]) }));
}

async function tools(up) {
  const first = await client(up).responses.stream({ model: up.model, input: BOTH, tools: TOOLS }).finalResponse();
  // What the helper has parsed is the SDK's own, and no field of the API.
  const output = first.output.map(({ parsed_arguments, ...item }) => item);
  const said = [user(BOTH), ...output, ...resultsOf(first)];
  tellsBoth((await ask(up, said, { tools: TOOLS, store: false })).output_text);
}

async function goingOn(up) {
  const first = await ask(up, BOTH, { tools: TOOLS });
  const last = await ask(up, resultsOf(first), { tools: TOOLS, previous_response_id: first.id });
  tellsBoth(last.output_text);
}

async function images(up) {
  const picture = { type: "input_image", image_url: `data:image/png;base64,${PNG}`, detail: "auto" };
  const answer = await ask(up, [user([{ type: "input_text", text: HELLO }, picture])]);
  assert.equal(answer.output_text, PICTURE);
}

async function structured(up) {
  const format = { type: "json_schema", name: "weather", schema: WEATHER, strict: true };
  assert.deepEqual(JSON.parse((await ask(up, AS_JSON, { text: { format } })).output_text), PARIS);
}

async function thinking(up) {
  const more = { reasoning: { effort: "low", summary: "auto" }, include: ["reasoning.encrypted_content"], store: false };
  const answer = await ask(up, THINK, more);
  assert.equal(answer.output_text, HI);
  const thought = answer.output.find(({ type }) => type === "reasoning");
  assert.equal(thought.summary.map((part) => part.text).join(""), THOUGHT);
  assert.equal((await ask(up, [user(THINK), ...answer.output, user(HELLO)], more)).output_text, HI);
}

async function errors(up) {
  await raises(OpenAI.BadRequestError, 400, () => ask(up, REFUSE), FROZEN);
  await raises(OpenAI.BadRequestError, 400, () => ask(up, REFUSE, { stream: true }), FROZEN);
  await raises(OpenAI.BadRequestError, 400, () => ask(up, HELLO, { temperature: "hot" }), /temperature/);
  await raises(OpenAI.NotFoundError, 404, () => ask(up, HELLO, { model: "none" }), /none/);
  await raises(OpenAI.APIError, undefined, () => all(ask(up, BREAK_OFF, { stream: true })), /broke off/);
  await raises(OpenAI.RateLimitError, 429, () => ask(up, HELLO, { model: up.busy }));
}

await play({
  text, streaming, tools, "previous response": goingOn, images, "structured output": structured, thinking, errors,
});
