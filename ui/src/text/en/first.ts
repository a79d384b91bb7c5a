// First run.
export const first = {
  title: "The pond is empty. Add one account and the wheel turns.",
  text: (at: string) =>
    `Millpond runs at ${at} and answers 503 until an instance is there. This takes about a minute.`,
  key: "Paste a key",
  keyText:
    "Anthropic, OpenAI, DeepSeek, DashScope, OpenRouter, or any server that speaks one of their dialects. Millpond recognises most keys by their look.",
  signIn: "Sign in",
  signInText:
    "With Kiro, or with Gemini CLI on a Workspace account. In your browser, on this or another machine, or by a code.",
  choose: "Choose a provider",
  file: "Import provider_pools.json",
  fileText:
    "From another proxy or another computer. Its secrets move into the vault, the file itself stays as it is.",
  chooseFile: "Choose a file",
  demo: "Try the demo",
  demoText:
    "Three made-up instances that answer, dawdle and fail. No account, nothing leaves this computer, gone with one click.",
  next: "What happens next",
  steps: [
    ["1 Add an account", "It is checked at once, at no cost."],
    [
      "2 Connect an assistant",
      "Claude Code, Codex, Gemini CLI and more, with the text to paste and a check that it works.",
    ],
    ["3 Work", "Close this window. The tray says how it goes, and tells you only when you are needed."],
  ] as [string, string][],
};
