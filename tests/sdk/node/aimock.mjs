// aimock as an upstream: one server that speaks every vendor's API, written by others. Says what the driver's own model says.
//
// Prints its address and serves until its standard input ends.

import { AS_JSON, BOTH, CITIES, HELLO, HI, load, PARIS, THINK, THOUGHT } from "./pond.mjs";

const { LLMock } = await load("@copilotkit/aimock");

// The words of all vendors: each takes its own.
const usage = {
  prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, input_tokens: 11, output_tokens: 7,
  promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18,
};
const calls = CITIES.map((city) => ({ name: "weather", arguments: JSON.stringify({ city }) }));

const textOf = ({ content }) => (Array.isArray(content) ? content.map(({ text }) => text ?? "").join("") : (content ?? ""));
const results = ({ messages }) => messages.filter(({ role }) => role === "tool").map(textOf).join("; ");

const mock = new LLMock({ port: 0 });
mock.addFixture({ match: { hasToolResult: true }, response: (asked) => ({ content: results(asked), usage }) });
mock.onMessage(BOTH, { toolCalls: calls, usage });
mock.onMessage(THINK, { content: HI, reasoning: THOUGHT, usage });
mock.onMessage(AS_JSON, { content: JSON.stringify(PARIS), usage });
mock.onMessage(HELLO, { content: HI, usage });
mock.onEmbedding(/Hello/, { embedding: [0.25, 0.5, 0.5] });
await mock.start();
console.log(mock.url);

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
