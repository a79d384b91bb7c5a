// A made-up Millpond: the data of pictures and of measurements that no real one has at hand. Types keep it true to the real one.
import type {
  Change,
  Control,
  Figures,
  InFlight,
  Instance,
  InstanceStatus,
  PoolStatus,
  ProviderType,
  Quota,
  Reply,
  Row,
  Setting,
  State,
  Status,
  Told,
  Tried,
} from "../src/generated/control";

export const NOW = Date.parse("2026-11-23T08:42:10Z");
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const at = (back: number): string => new Date(NOW - back).toISOString();
const uuid = (n: number): string =>
  `${(0x2f579c65 + n * 7919).toString(16).padStart(8, "0")}-d3c5-41b1-9985-${String(n).padStart(12, "0")}`;

/** Numbers that look like chance and are always the same. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

let serial = 0;
function one(
  provider: ProviderType,
  name: string,
  state: State,
  more: Partial<InstanceStatus> = {},
): InstanceStatus {
  serial += 1;
  return {
    uuid: uuid(serial),
    name,
    provider,
    state,
    reason: null,
    since: null,
    until: null,
    failures: 0,
    in_flight: 0,
    resting_models: [],
    used: 3_120 + serial * 17,
    failed: serial % 7,
    last_used: at(serial * MINUTE),
    last_failed: null,
    models: 12,
    base_url: "https://api.anthropic.com",
    key_hint: `sk-ant-••••${name.slice(-4)}`,
    quota: [],
    checking: false,
    last_check: null,
    ...more,
  };
}

/** So many percent of something, until then. */
function quota(name: string, percent: number, until: string | null, left: string | null = null): Quota {
  return { name, percent_left: percent, left, resets: until, at: at(MINUTE) };
}

function pool(
  provider: ProviderType,
  name: string,
  instances: InstanceStatus[],
  fallback: ProviderType[] = [],
): PoolStatus {
  return {
    provider,
    name,
    ready: instances.filter((each) => each.state === "ready").length,
    fallback,
    instances,
  };
}

/** The mock-up's fourteen. */
export function fourteen(): PoolStatus[] {
  serial = 0;
  return [
    pool(
      "claude-custom",
      "Claude keys",
      [
        one("claude-custom", "anthropic-work", "ready", {
          in_flight: 2,
          quota: [quota("tokens", 64, null, "of 400 k/min")],
        }),
        one("claude-custom", "anthropic-batch", "ready", {
          quota: [quota("tokens", 97, null, "of 400 k/min")],
        }),
        one("claude-custom", "anthropic-side", "cooling", {
          reason: "429: input tokens per minute used up",
          until: at(-2 * MINUTE),
          quota: [quota("tokens", 0, at(-2 * MINUTE)), quota("requests", 92, null, "of 1,000/min")],
        }),
        one("claude-custom", "relay-frankfurt", "unhealthy", {
          reason: "502 Bad Gateway",
          failures: 3,
          until: at(-4 * MINUTE),
          key_hint: null,
          base_url: "https://relay.northgate.dev",
        }),
      ],
      ["claude-kiro-oauth", "openai-custom"],
    ),
    pool("openai-custom", "OpenAI-compatible keys", [
      one("openai-custom", "openai-team", "ready", { in_flight: 1, key_hint: "sk-proj-••••7Hc2" }),
      one("openai-custom", "openai-own", "ready", { key_hint: "sk-proj-••••9vRa" }),
      one("openai-custom", "deepseek", "ready", { key_hint: null, base_url: "https://api.deepseek.com" }),
      one("openai-custom", "dashscope-coding", "ready", {
        key_hint: null,
        base_url: "https://dashscope-intl.aliyuncs.com",
      }),
      one("openai-custom", "workstation", "disabled", {
        key_hint: null,
        base_url: "http://10.0.0.20:8000",
        last_used: at(4 * DAY),
      }),
    ]),
    pool(
      "gemini-cli-oauth",
      "Gemini sign-ins",
      [
        one("gemini-cli-oauth", "northgate", "ready", {
          key_hint: "marta@northgate.dev",
          quota: [quota("Pro", 62, at(-248 * MINUTE)), quota("Flash", 91, at(-248 * MINUTE))],
        }),
        one("gemini-cli-oauth", "fieldlab", "ready", {
          key_hint: "lars@fieldlab.org",
          quota: [quota("Pro", 0, at(-118 * MINUTE)), quota("Flash", 83, at(-118 * MINUTE))],
          resting_models: [
            { model: "gemini-2.5-pro", until: at(-118 * MINUTE), reason: "daily quota used", absent: false },
          ],
        }),
        one("gemini-cli-oauth", "private", "refused", {
          key_hint: "lin@mail.example",
          reason: "Google ended this login for individuals: use a Gemini API key",
          since: at(158 * DAY),
          last_used: at(158 * DAY),
        }),
      ],
      ["openai-custom"],
    ),
    pool("claude-kiro-oauth", "Kiro sign-ins", [
      one("claude-kiro-oauth", "kiro-build", "ready", {
        key_hint: "build@northgate.dev",
        quota: [quota("credits", 14, at(-8 * DAY), "140 of 1,000 credits")],
      }),
      one("claude-kiro-oauth", "kiro-home", "needs-login", {
        key_hint: "paula@mail.example",
        reason: "Sign-in expired: the refresh token is no longer valid",
        since: at(150 * MINUTE),
        last_used: at(150 * MINUTE),
      }),
    ]),
  ];
}

/** Fifty-five, as a company has them. */
export function fiftyFive(): PoolStatus[] {
  const base = fourteen();
  const grow = (provider: ProviderType, stem: string, to: number): void => {
    const group = base.find((each) => each.provider === provider);
    while (group && group.instances.length < to)
      group.instances.push(
        one(provider, `${stem}-${String(group.instances.length).padStart(2, "0")}`, "ready"),
      );
    if (group) group.ready = group.instances.filter((each) => each.state === "ready").length;
  };
  grow("claude-custom", "anthropic", 9);
  grow("openai-custom", "openai", 16);
  grow("gemini-cli-oauth", "workspace", 14);
  grow("claude-kiro-oauth", "kiro", 16);
  return base;
}

function changes(pools: PoolStatus[]): Change[] {
  const all = pools.flatMap((each) => each.instances);
  const told = (
    name: string,
    back: number,
    state: State,
    reason: string | null,
    until: string | null,
  ): Change | null => {
    const instance = all.find((each) => each.name === name);
    return instance
      ? {
          at: at(back),
          instance: { uuid: instance.uuid, name, provider: instance.provider },
          state,
          reason,
          until,
        }
      : null;
  };
  return [
    told("anthropic-side", MINUTE, "cooling", "429: input tokens per minute used up", at(-2 * MINUTE)),
    told("relay-frankfurt", 3 * MINUTE, "unhealthy", "502 Bad Gateway", at(-4 * MINUTE)),
    told("openai-own", 30 * MINUTE, "ready", "a trial request worked", null),
    told("anthropic-side", 107 * MINUTE, "ready", "a request worked after the rest", null),
    told("anthropic-side", 110 * MINUTE, "cooling", "429: input tokens per minute used up", at(108 * MINUTE)),
    told("anthropic-side", 692 * MINUTE, "ready", "a trial request worked", null),
    told("anthropic-side", 694 * MINUTE, "unhealthy", "no connection in 10 s", at(693 * MINUTE)),
  ].filter((change) => change !== null);
}

function flights(pools: PoolStatus[]): InFlight[] {
  const busy = pools.flatMap((each) => each.instances).filter((each) => each.in_flight > 0);
  return busy.map((each, n) => ({
    id: `req_${String(n).padStart(32, "0")}`,
    at: at(8_200 * (n + 1)),
    dialect: n === 0 ? "anthropic" : "openai-chat",
    model: MODELS[n] ?? "gpt-5.1",
    stream: true,
    instance: { uuid: each.uuid, name: each.name, provider: each.provider },
    phase: n === 0 ? "streaming" : "waiting",
    calls: 1,
  }));
}

/** The state with these pools. */
export function status(pools: PoolStatus[], more: Partial<Status> = {}): Status {
  return {
    version: "0.1.0",
    home: "/home/you/.local/share/millpond",
    endpoint: "http://127.0.0.1:6455",
    key_hint: "mp-••••3f9c",
    mode: "running",
    since: at(3 * DAY),
    demo: false,
    pools,
    in_flight: flights(pools),
    changes: changes(pools),
    checks: { running: [], total: 0, done: 0 },
    stats: { fault: null, set_aside: null, dropped: 0, waiting: 0 },
    sign_ins: [],
    vault: { place: "keychain", warning: null },
    problems: [],
    look: { theme: "system", language: "system", hide_names: false, mute_notices: false },
    ...more,
  };
}

function figures(requests: number, roll: () => number, estimated = false): Figures {
  const sent = requests * 5_600;
  const read = Math.round(sent * (0.6 + roll() * 0.18));
  const input = sent - read;
  const output = requests * 135;
  return {
    requests,
    served: requests,
    errors: 0,
    rejected: 0,
    left: 0,
    elsewhere: Math.round(requests * 0.007),
    attempts: requests,
    failed_attempts: Math.round(requests * 0.01 * roll()),
    absorbed: Math.round(requests * 0.007),
    tokens: {
      input,
      output,
      cache_read: read,
      cache_write: 0,
      reasoning: 0,
      estimated_input: estimated ? input : 0,
      estimated_output: estimated ? output : 0,
    },
    first_content: requests > 0 ? { p50: 700 + roll() * 700, p95: 2_000 + roll() * 2_400 } : null,
    total: requests > 0 ? { p50: 4_000, p95: 19_000 } : null,
    added: requests > 0 ? { p50: 0.4, p95: 0.9 } : null,
  };
}

function sum(rows: Row[], roll: () => number): Figures {
  const all = figures(
    rows.reduce((n, row) => n + row.figures.requests, 0),
    roll,
  );
  return {
    ...all,
    errors: 4,
    tokens: { ...all.tokens, estimated_output: Math.round(all.tokens.output * 0.04) },
  };
}

const MODELS = [
  "claude-sonnet-4-5",
  "gpt-5.1",
  "claude-haiku-4-5",
  "gemini-2.5-pro",
  "deepseek-chat",
  "qwen3-coder-plus",
];
const CLIENTS = ["Claude Code", "opencode", "Gemini CLI", "aider", "Zed", "Continue"];

/** Fourteen days of each instance. */
function daily(from: string, pools: PoolStatus[], roll: () => number): Row[] {
  const days = Array.from({ length: 14 }, (_, n) => new Date(Date.parse(from) + n * DAY).toISOString());
  return pools
    .flatMap((each) => each.instances)
    .flatMap((each) =>
      days.map((start) => ({
        start,
        instance: { uuid: each.uuid, name: each.name, provider: each.provider },
        provider: null,
        model: null,
        client: null,
        figures: figures(Math.round(40 + roll() * 90), roll),
      })),
    );
}

function rows(question: Extract<Control, { command: "summary" }>["question"], pools: PoolStatus[]): Row[] {
  const roll = dice(7);
  const empty = { start: null, instance: null, provider: null, model: null, client: null };
  const by = question.by ?? [];
  const starts = (step: number, busy: (day: Date) => number): Row[] => {
    const begin = Date.parse(question.from);
    const count = Math.ceil((NOW - begin) / step);
    return Array.from({ length: count }, (_, n) => {
      const start = new Date(begin + n * step);
      return {
        ...empty,
        start: start.toISOString(),
        figures: figures(Math.round(busy(start) * (0.7 + roll() * 0.6)), roll),
      };
    }).filter((row) => row.figures.requests > 0);
  };
  const weekend = (day: Date): boolean => day.getUTCDay() % 6 === 0;
  if (by.includes("hour")) {
    return starts(60 * MINUTE, (day) =>
      day.getUTCHours() < 5
        ? 0
        : (weekend(day) ? 12 : 90) * Math.sin(((day.getUTCHours() - 4) / 20) * Math.PI),
    );
  }
  if (by.length > 1) return daily(question.from, pools, roll);
  if (by.includes("day")) return starts(DAY, (day) => (weekend(day) ? 420 : 1_700));
  const instances = pools.flatMap((each) => each.instances);
  if (by.includes("instance")) {
    const told = instances.filter((each) => each.state !== "disabled" && each.state !== "refused");
    return told.map((each, n) => ({
      ...empty,
      instance: { uuid: each.uuid, name: each.name, provider: each.provider },
      figures: figures(Math.round(412 / (1 + n * 0.35)), roll, each.provider === "claude-kiro-oauth"),
    }));
  }
  const named = by.includes("model") ? MODELS : by.includes("client") ? CLIENTS : [];
  return named.map((name, n) => ({
    ...empty,
    [by.includes("model") ? "model" : "client"]: name,
    figures: figures(Math.round(3_120 / (1 + n * 0.6)), roll),
  }));
}

function request(n: number, pools: PoolStatus[]): Told {
  const roll = dice(n + 1);
  const served = pools.flatMap((each) => each.instances).filter((each) => each.state === "ready");
  const who = served[n % served.length] ?? fourteen()[0]!.instances[0]!;
  const try_ = (each: InstanceStatus, more: Partial<Tried>): Tried => ({
    instance: each.uuid,
    name: each.name,
    provider: each.provider,
    model: MODELS[n % MODELS.length]!,
    dialect: "anthropic",
    calls: 1,
    started_ms: 0.4,
    took_ms: 850,
    status: 200,
    cause: null,
    reason: null,
    affine: false,
    trial: false,
    ...more,
  });
  const others = pools[0]?.instances ?? [];
  const failed: Tried[] =
    n % 9 === 2 && others[2] && others[3]
      ? [
          try_(others[2], {
            took_ms: 210,
            status: 429,
            cause: "rate-limited",
            reason: "input tokens per minute used up",
            affine: true,
          }),
          try_(others[3], {
            started_ms: 211,
            took_ms: 840,
            status: 502,
            cause: "transient",
            reason: "Bad Gateway",
          }),
        ]
      : [];
  const rejected = n % 13 === 12;
  const first = failed.length > 0 ? 1_900 : 600 + roll() * 900;
  return {
    id: `req_${(0x01a21000 - n).toString(16).padStart(12, "0")}7fec7c8b36f8ee7ddd5a`.slice(0, 36),
    at: at(n * 21_000 + 3_000),
    dialect: n % 2 === 0 ? "anthropic" : "openai-chat",
    api: n % 2 === 0 ? "messages" : "chat/completions",
    model: MODELS[n % MODELS.length]!,
    stream: n % 4 !== 3,
    client: CLIENTS[n % CLIENTS.length]!,
    route: "it is known to serve the model",
    outcome: rejected ? "rejected" : "served",
    status: rejected ? 400 : 200,
    error: rejected ? "max_tokens is larger than this model allows" : null,
    usage: rejected
      ? null
      : {
          input: 6_700,
          output: 612,
          cache_read: 31_200,
          cache_write: 0,
          reasoning: 0,
          estimated: n % 7 === 5,
        },
    first_content_ms: rejected ? null : first,
    total_ms: rejected ? 210 : first + roll() * 9_000,
    losses: n % 11 === 3 ? ["a thinking block of another dialect was left out"] : [],
    attempts: [
      ...failed,
      rejected
        ? try_(who, {
            took_ms: 200,
            status: 400,
            cause: "bad-request",
            reason: "max_tokens is larger than this model allows",
          })
        : try_(who, {
            started_ms: failed.length > 0 ? 1_052 : 0.4,
            took_ms: failed.length > 0 ? 848 : first,
          }),
    ],
  };
}

function settingsOf(each: InstanceStatus): Instance {
  return {
    ...each,
    priority: 0,
    weight: 2,
    concurrency_limit: null,
    check_health: true,
    check_model: null,
    not_supported_models: ["claude-opus-4-5"],
    model_map: [],
    proxy: null,
    fault: null,
  };
}

/** What the settings page is made of. */
export const SETTINGS: Setting[] = [
  { key: "HOST", value: "127.0.0.1", expected: "the address to listen on, like 127.0.0.1" },
  { key: "SERVER_PORT", value: 6455, expected: "a port, 0 to 65535; 0 takes a free one" },
  { key: "ALLOW_REMOTE", value: false, expected: "true or false" },
  { key: "REQUIRED_API_KEY", value: "mp-••••3f9c", expected: "a text: the key that clients must show" },
  { key: "MODEL_PROVIDER", value: "claude-custom", expected: "a provider type" },
  { key: "PROXY_URL", value: null, expected: "http://host:port" },
  {
    key: "PROXY_ENABLED_PROVIDERS",
    value: ["gemini-cli-oauth", "claude-kiro-oauth"],
    expected: "a list of provider types",
  },
  { key: "MAX_ERROR_COUNT", value: 3, expected: "a number, 1 to 1000" },
  { key: "REQUEST_MAX_RETRIES", value: 3, expected: "a number, 1 to 20" },
  { key: "CONNECT_TIMEOUT_MS", value: 10_000, expected: "milliseconds, 1 to 86400000" },
  { key: "FIRST_CONTENT_TIMEOUT_MS", value: 120_000, expected: "milliseconds, 1 to 86400000" },
  { key: "IDLE_TIMEOUT_MS", value: 120_000, expected: "milliseconds, 1 to 86400000" },
  {
    key: "SCHEDULED_HEALTH_CHECK",
    value: { enabled: true, interval: 600_000 },
    expected: "true, false, minutes",
  },
  {
    key: "providerFallbackChain",
    value: { "claude-custom": ["claude-kiro-oauth", "openai-custom"], "gemini-cli-oauth": ["openai-custom"] },
    expected: "{provider type: [provider types]}",
  },
  {
    key: "modelFallbackMapping",
    value: { "claude-sonnet-4-5": { targetProviderType: "openai-custom", targetModel: "gpt-5.1" } },
    expected: "",
  },
  { key: "modelAliases", value: {}, expected: "" },
  { key: "BODY_LIMIT_MB", value: 32, expected: "a number, 1 to 1024" },
  { key: "STATS_RETENTION_DAYS", value: 90, expected: "a number, 1 to 3650" },
  { key: "LOG_LEVEL", value: "info", expected: "error, warn, info, debug or trace" },
];

/** Answers a command as a Millpond with this state and so many requests would. */
export function answer(command: Control, state: Status, requests: number): Reply {
  const instances = state.pools.flatMap((each) => each.instances);
  switch (command.command) {
    case "status":
      return { reply: "status", value: state };
    case "instances":
      return { reply: "instances", value: instances.map(settingsOf) };
    case "settings":
      return { reply: "settings", value: SETTINGS };
    case "local-key":
      return { reply: "key", value: "mp-3b1f0a7c5d2e4f6a8b9c0d1e2f3a3f9c" };
    case "minutes": {
      const roll = dice(3);
      const minutes = Array.from({ length: command.count }, (_, n) => {
        const busy = Math.round(4 + 4 * Math.sin(n / 7) + roll() * 5);
        const absorbed = n % 11 === 7 ? 1 + (n % 3) : 0;
        return {
          at: at((command.count - 1 - n) * MINUTE),
          requests: busy,
          served: busy,
          absorbed,
          errors: n === 23 ? 1 : 0,
        };
      });
      const total = figures(
        minutes.reduce((n, minute) => n + minute.requests, 0),
        roll,
      );
      return { reply: "minutes", value: { minutes, total: { ...total, errors: 1, absorbed: 11 } } };
    }
    case "changes":
      return {
        reply: "changes",
        value: state.changes.filter(
          (change) => !command.instance || change.instance.uuid === command.instance,
        ),
      };
    case "summary": {
      const all = rows(command.question, state.pools);
      const roll = dice(5);
      const total = command.question.instance
        ? figures(188, roll)
        : all.length > 0
          ? sum(all, roll)
          : figures(1_459, roll);
      return { reply: "summary", value: { total, rows: all, causes: [] } };
    }
    case "requests": {
      const find = command.find ?? {};
      const all = Array.from({ length: requests }, (_, n) => request(n, state.pools));
      const begin = find.before ? all.findIndex((each) => each.id === find.before) + 1 : 0;
      const fits = (each: Told): boolean =>
        (!find.only || (find.only === "elsewhere" ? each.attempts.length > 1 : each.outcome === "failed")) &&
        (!find.client || each.client === find.client) &&
        (!find.text || JSON.stringify(each).includes(find.text));
      return {
        reply: "requests",
        value: all
          .slice(begin)
          .filter(fits)
          .slice(0, find.limit || 100),
      };
    }
    case "explain":
      return {
        reply: "request",
        value:
          Array.from({ length: 50 }, (_, n) => request(n, state.pools)).find(
            (each) => each.id === command.id,
          ) ?? null,
      };
    case "offers":
      return {
        reply: "offers",
        value: [
          {
            service: "kiro",
            name: "Kiro",
            note: "Google, GitHub or AWS Builder ID",
            standing: "works",
            instead: [],
          },
          {
            service: "gemini",
            name: "Gemini CLI",
            note: "Code Assist Standard or Enterprise, with a project",
            standing: "limited",
            instead: [],
          },
          {
            service: "qwen",
            name: "Qwen",
            note: "Closed by Qwen on 15 April 2026. Use a key",
            standing: "ended",
            instead: [],
          },
        ],
      };
    case "models":
      return { reply: "models", value: MODELS.map((id) => ({ id, provider: "claude-custom" })) };
    case "verify":
      return {
        reply: "verified",
        value: {
          status: 200,
          request: "req_01a21000",
          instance: "anthropic-work",
          attempts: 1,
          millis: 912,
          text: "ready",
          error: null,
        },
      };
    default:
      return { reply: "done" };
  }
}
