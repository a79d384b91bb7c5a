// `@google/genai` for Node.

import assert from "node:assert/strict";
import {
  all, AS_JSON, BOTH, BREAK_OFF, CITIES, CITY, counted, degrees, FROZEN, HELLO, HI, load, PARIS, PICTURE, play, PNG,
  raises, REFUSE, tellsBoth, THINK, THOUGHT, WEATHER,
} from "./pond.mjs";

const { ApiError, GoogleGenAI } = await load("@google/genai");
const TOOLS = [{ functionDeclarations: [{ name: "weather", description: "Looks.", parametersJsonSchema: CITY }] }];

const client = (up, key = up.key) => new GoogleGenAI({ apiKey: key, vertexai: false, httpOptions: { baseUrl: up.at() } });
const ask = (up, contents, config, model = up.model) => client(up).models.generateContent({ model, contents, config });
const streamed = (up, contents, config) =>
  all(client(up).models.generateContentStream({ model: up.model, contents, config }));

async function text(up) {
  const answer = await ask(up, HELLO);
  assert.deepEqual([answer.text, answer.candidates[0].finishReason], [HI, "STOP"]);
  counted(up, [answer.usageMetadata.promptTokenCount, answer.usageMetadata.candidatesTokenCount], [11, 7]);
}

async function streaming(up) {
  const chunks = await streamed(up, HELLO);
  assert.equal(chunks.map((chunk) => chunk.text ?? "").join(""), HI);
  counted(up, [chunks.at(-1).usageMetadata.totalTokenCount], [18]);
}

async function tools(up) {
  const first = await ask(up, BOTH, { tools: TOOLS });
  const calls = first.functionCalls;
  assert.deepEqual(calls.map(({ args }) => args.city), CITIES);
  const parts = calls.map(({ id, name, args }) => ({
    functionResponse: { id, name, response: { output: degrees(args.city) } },
  }));
  const talk = [{ role: "user", parts: [{ text: BOTH }] }, first.candidates[0].content, { role: "user", parts }];
  tellsBoth((await ask(up, talk, { tools: TOOLS })).text);
}

async function images(up) {
  const parts = [{ text: HELLO }, { inlineData: { mimeType: "image/png", data: PNG } }];
  assert.equal((await ask(up, [{ role: "user", parts }])).text, PICTURE);
}

async function structured(up) {
  const answer = await ask(up, AS_JSON, { responseMimeType: "application/json", responseJsonSchema: WEATHER });
  assert.deepEqual(JSON.parse(answer.text), PARIS);
}

async function thinking(up) {
  const answer = await ask(up, THINK, { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } });
  const thoughts = answer.candidates[0].content.parts.filter(({ thought }) => thought).map((part) => part.text);
  assert.deepEqual([thoughts.join(""), answer.text], [THOUGHT, HI]);
}

async function errors(up) {
  await raises(ApiError, 400, () => ask(up, REFUSE), FROZEN);
  await raises(ApiError, 400, () => streamed(up, REFUSE), FROZEN);
  await raises(ApiError, 404, () => ask(up, HELLO, {}, "none"), /none/);
  await raises(ApiError, 401, () => all(client(up, "wrong").models.list()));
  await raises(ApiError, 429, () => ask(up, HELLO, {}, up.busy));
  await raises(Error, undefined, () => streamed(up, BREAK_OFF), /broke off/);
}

async function countTokens(up) {
  assert.ok((await client(up).models.countTokens({ model: up.model, contents: HELLO })).totalTokens > 0);
}

async function models(up) {
  assert.ok((await all(client(up).models.list())).some(({ name }) => name === `models/${up.model}`));
}

async function embeddings(up) {
  const embed = (model, contents) => client(up).models.embedContent({ model, contents });
  if (up.embedding === null) return raises(ApiError, 400, () => embed(up.model, HELLO), /embed/);
  const { embeddings: found } = await embed(up.embedding, [HELLO, "Hello again"]);
  assert.equal(found.length, 2);
  for (const one of found) assert.ok(one.values.every(Number.isFinite), one);
}

await play({
  text, streaming, tools, images, "structured output": structured, thinking, errors, count_tokens: countTokens, models,
  embeddings,
});
