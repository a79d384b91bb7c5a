// How assistants are pointed at an endpoint: the text that goes into each one's own settings. Places and names are those of
// their documentation.
import type { Dialect } from "../generated/control";
import { KEY } from "../api";

export interface Piece {
  /** Where it goes: a file, or `null` for a form in the assistant itself. */
  file: string | null;
  text: string;
}

export interface Assistant {
  id: string;
  name: string;
  tile: string;
  dialect: Exclude<Dialect, "kiro">;
  /** A file, a form, or nothing that works. */
  kind: "file" | "form" | "never";
  /** The file, where there is one. */
  place?: string;
  pieces(base: string, model: string): Piece[];
  /** What must be done beside it. */
  note?: "terminal" | "environment" | "editor" | "cursor" | "zedKey";
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

export const ASSISTANTS: Assistant[] = [
  {
    id: "claude-code",
    name: "Claude Code",
    tile: "Cc",
    dialect: "anthropic",
    kind: "file",
    place: "~/.claude/settings.json",
    note: "terminal",
    pieces: (base, model) => [
      {
        file: "~/.claude/settings.json",
        text: json({ env: { ANTHROPIC_BASE_URL: base, ANTHROPIC_AUTH_TOKEN: KEY, ANTHROPIC_MODEL: model } }),
      },
    ],
  },
  {
    id: "codex",
    name: "Codex",
    tile: "Cx",
    dialect: "openai-responses",
    kind: "file",
    place: "~/.codex/config.toml",
    note: "environment",
    pieces: (base, model) => [
      {
        file: "~/.codex/config.toml",
        text: [
          `model = ${json(model)}`,
          `model_provider = "millpond"`,
          "",
          "[model_providers.millpond]",
          `name = "Millpond"`,
          `base_url = "${base}/v1"`,
          `wire_api = "responses"`,
          `env_key = "MILLPOND_API_KEY"`,
        ].join("\n"),
      },
      { file: "~/.profile", text: `export MILLPOND_API_KEY="${KEY}"` },
    ],
  },
  {
    id: "gemini-cli",
    name: "Gemini CLI",
    tile: "Ge",
    dialect: "gemini",
    kind: "file",
    place: "~/.gemini/.env",
    note: "terminal",
    pieces: (base, model) => [
      {
        file: "~/.gemini/.env",
        text: [`GOOGLE_GEMINI_BASE_URL=${base}`, `GEMINI_API_KEY=${KEY}`, `GEMINI_MODEL=${model}`].join("\n"),
      },
    ],
  },
  {
    id: "qwen-code",
    name: "Qwen Code",
    tile: "Qw",
    dialect: "openai-chat",
    kind: "file",
    place: "~/.qwen/.env",
    note: "terminal",
    pieces: (base, model) => [
      {
        file: "~/.qwen/.env",
        text: [`OPENAI_BASE_URL=${base}/v1`, `OPENAI_API_KEY=${KEY}`, `OPENAI_MODEL=${model}`].join("\n"),
      },
    ],
  },
  {
    id: "opencode",
    name: "opencode",
    tile: "oc",
    dialect: "openai-chat",
    kind: "file",
    place: "~/.config/opencode/opencode.json",
    pieces: (base, model) => [
      {
        file: "~/.config/opencode/opencode.json",
        text: json({
          $schema: "https://opencode.ai/config.json",
          provider: {
            millpond: {
              npm: "@ai-sdk/openai-compatible",
              name: "Millpond",
              options: { baseURL: `${base}/v1`, apiKey: KEY },
              models: { [model]: { name: model } },
            },
          },
          model: `millpond/${model}`,
        }),
      },
    ],
  },
  {
    id: "crush",
    name: "Crush",
    tile: "Cr",
    dialect: "openai-chat",
    kind: "file",
    place: "~/.config/crush/crush.json",
    pieces: (base, model) => [
      {
        file: "~/.config/crush/crush.json",
        text: json({
          providers: {
            millpond: {
              type: "openai-compat",
              base_url: `${base}/v1`,
              api_key: KEY,
              models: [{ id: model, name: model, context_window: 200_000 }],
            },
          },
        }),
      },
    ],
  },
  {
    id: "cline",
    name: "Cline",
    tile: "Cl",
    dialect: "openai-chat",
    kind: "form",
    note: "editor",
    pieces: (base, model) => [
      {
        file: null,
        text: [
          `API Provider: OpenAI Compatible`,
          `Base URL: ${base}/v1`,
          `API Key: ${KEY}`,
          `Model ID: ${model}`,
        ].join("\n"),
      },
    ],
  },
  {
    id: "continue",
    name: "Continue",
    tile: "Co",
    dialect: "openai-chat",
    kind: "file",
    place: "~/.continue/config.yaml",
    pieces: (base, model) => [
      {
        file: "~/.continue/config.yaml",
        text: [
          "models:",
          "  - name: Millpond",
          "    provider: openai",
          `    model: ${json(model)}`,
          `    apiBase: ${base}/v1`,
          `    apiKey: ${KEY}`,
        ].join("\n"),
      },
    ],
  },
  {
    id: "aider",
    name: "aider",
    tile: "ai",
    dialect: "openai-chat",
    kind: "file",
    place: "~/.aider.conf.yml",
    pieces: (base, model) => [
      {
        file: "~/.aider.conf.yml",
        text: [
          `openai-api-base: ${base}/v1`,
          `openai-api-key: ${KEY}`,
          `model: ${json(`openai/${model}`)}`,
        ].join("\n"),
      },
    ],
  },
  {
    id: "zed",
    name: "Zed",
    tile: "Ze",
    dialect: "openai-chat",
    kind: "file",
    place: "~/.config/zed/settings.json",
    note: "zedKey",
    pieces: (base, model) => [
      {
        file: "~/.config/zed/settings.json",
        text: json({
          language_models: {
            openai_compatible: {
              Millpond: {
                api_url: `${base}/v1`,
                available_models: [{ name: model, display_name: model, max_tokens: 200_000 }],
              },
            },
          },
        }),
      },
    ],
  },
  {
    id: "goose",
    name: "Goose",
    tile: "Go",
    dialect: "openai-chat",
    kind: "file",
    place: "~/.profile",
    note: "terminal",
    pieces: (base, model) => [
      {
        file: "~/.profile",
        text: [
          "export GOOSE_PROVIDER=openai",
          `export GOOSE_MODEL=${json(model)}`,
          `export OPENAI_HOST=${base}`,
          `export OPENAI_API_KEY="${KEY}"`,
        ].join("\n"),
      },
    ],
  },
  {
    id: "curl",
    name: "curl",
    tile: "cu",
    dialect: "openai-chat",
    kind: "form",
    pieces: (base, model) => [
      {
        file: null,
        text: [
          `curl ${base}/v1/chat/completions \\`,
          `  -H "authorization: Bearer ${KEY}" -H "content-type: application/json" \\`,
          `  -d '${JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] })}'`,
        ].join("\n"),
      },
    ],
  },
  {
    id: "cursor",
    name: "Cursor",
    tile: "Cu",
    dialect: "openai-chat",
    kind: "never",
    note: "cursor",
    pieces: () => [],
  },
];
