// Connect.
import type { Dialect } from "../../generated/control";

const dialects: Record<Dialect, string> = {
  "openai-chat": "OpenAI Chat",
  "openai-responses": "OpenAI Responses",
  anthropic: "Anthropic",
  gemini: "Gemini",
  kiro: "Kiro",
};

export const connect = {
  sentence:
    "Point an assistant at Millpond: paste the text into its own settings, and see by one real request that it works.",
  addresses: "Addresses and key",
  styles: { openai: "OpenAI style", anthropic: "Anthropic style", gemini: "Gemini style" },
  copyOf: (style: string) => `Copy the address, ${style}`,
  key: "Local key",
  showKey: "Show the key",
  hideKey: "Hide the key",
  assistants: "Assistants",
  count: (n: number) => `${n} ways`,
  dialects,
  places: { file: "", form: "by hand, in its own settings", never: "asks from its own servers" },
  speaks: (dialect: string) => `Speaks ${dialect}; Millpond translates where an upstream speaks another.`,
  model: "Model",
  modelHint: "the model to ask for",
  known: (n: number) =>
    n === 1 ? "1 model is known. Others can be typed." : `${n} models are known. Others can be typed.`,
  noModels: "No pool has shown a list of models yet. Type the one you want.",
  copy: "Copy with the key",
  copyText: (where: string) => `Copy with the key, for ${where}`,
  merge: "If the file is there already, add these lines to it; other lines stay.",
  notes: {
    terminal: "Restart the assistant afterwards.",
    environment: "Start a new terminal afterwards, so that it knows the key.",
    editor: "Open its settings in the editor and choose the provider first.",
    cursor:
      "Cursor sends requests from its own servers, and these cannot reach this computer. Use another assistant in the terminal beside it.",
    zedKey: "Zed asks for the key in its agent settings: copy it above.",
  },
  cannotReach: "It cannot reach Millpond.",
  verify: "Does it work?",
  cost: "one real request, about 20 tokens (billed where the upstream bills)",
  verifyNow: "Verify",
  works: "It works",
  answered: (name: string, took: string, attempts: number) =>
    `answered by ${name} in ${took}${attempts > 1 ? `, at attempt ${attempts}` : ""}`,
  explain: "Explain",
  refused: (status: number) => `A client would have seen ${status}.`,
};
