// What a key looks like: most vendors' begin with a text of their own.
import type { ProviderType } from "../generated/control";

export interface Guess {
  provider: ProviderType;
  vendor: string;
  /** Where this vendor is reached, where it is not the type's own. */
  baseUrl?: string;
}

const LOOKS: [RegExp, Guess][] = [
  [/^sk-ant-/, { provider: "claude-custom", vendor: "Anthropic" }],
  [/^sk-or-/, { provider: "openai-custom", vendor: "OpenRouter", baseUrl: "https://openrouter.ai/api/v1" }],
  [
    /^sk-(proj|svcacct|admin)-/,
    { provider: "openai-custom", vendor: "OpenAI", baseUrl: "https://api.openai.com/v1" },
  ],
  [/^AIza[\w-]{20,}/, { provider: "gemini-custom", vendor: "Google" }],
  [/^gsk_/, { provider: "openai-custom", vendor: "Groq", baseUrl: "https://api.groq.com/openai/v1" }],
  [/^xai-/, { provider: "openai-custom", vendor: "xAI", baseUrl: "https://api.x.ai/v1" }],
];

/** Whose key it is, where that can be seen. */
export function guess(key: string): Guess | undefined {
  return LOOKS.find(([look]) => look.test(key.trim()))?.[1];
}

/** The field that holds where a type's instances are reached. */
export const BASE_URL: Record<ProviderType, string> = {
  "openai-custom": "OPENAI_BASE_URL",
  "claude-custom": "CLAUDE_BASE_URL",
  "gemini-custom": "GEMINI_BASE_URL",
  "gemini-cli-oauth": "GEMINI_BASE_URL",
  "openai-qwen-oauth": "QWEN_BASE_URL",
  "claude-kiro-oauth": "KIRO_BASE_URL",
};

/** The types that take a key. */
export const BY_KEY: ProviderType[] = ["claude-custom", "openai-custom", "gemini-custom"];
