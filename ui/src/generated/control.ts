// Generated from the Rust types by `cargo xtask types`; not edited by hand.

/** What rows of a summary are told apart by. */
export type By = "hour" | "day" | "instance" | "provider" | "model" | "client";

/** How many failed attempts had a cause. */
export type CauseCount = {
/** The cause in a word. */
cause: string,
/** How many. */
count: number, };

/** A change of an instance's state. */
export type Change = {
/** When. */
at: string,
/** Whose. */
instance: InstanceName,
/** Its state since then, in a word: `cooling`. */
state: State,
/** Why. */
reason: string | null,
/** When it is over, or tried again. */
until: string | null, };

/** The result of a check, for people and programs. */
export type Checked = {
/** Which instance. */
instance: string,
/** Its name. */
name: string,
/** Its pool. */
provider: ProviderType,
/** What was found. */
found: Found,
/** The state it is in now. */
state: State,
/** Milliseconds the check took. */
millis: number,
/** Why, where it is not simply good. */
reason: string | null,
/** How many models its list has, where it has one. */
models: number | null,
/** Whether a token was asked for. */
billed: boolean,
/** When it was over. */
at: string, };

/** A command. */
export type Control = { "command": "status" } | { "command": "instances" } | { "command": "add",
/** Of this type. */
provider: ProviderType,
/** Its fields, named as in the pools file. */
fields?: { [key in string]: JsonValue },
/** Its key. */
key?: KeyText | null, } | { "command": "edit",
/** Which instance. */
uuid: string,
/** The fields that change; null takes one out. */
fields?: { [key in string]: JsonValue },
/** The new key. */
key?: KeyText | null, } | { "command": "remove",
/** Which instance. */
uuid: string, } | { "command": "move",
/** Which instance. */
uuid: string,
/** Its new place, counted from 0; past the end is the end. */
place: number, } | { "command": "restore",
/** Which instance. */
uuid: string, } | { "command": "enable",
/** Which instance. */
uuid: string,
/** On, or off. */
on: boolean, } | { "command": "import",
/** The file, absolute; it stays as it is. */
file: string, } | { "command": "export",
/** The file, absolute; it must not exist yet. */
file: string, } | { "command": "check",
/** Which instances. */
which: Which,
/** Asks for one token each, which is billed. */
billed?: boolean, } | { "command": "settings",
/** One of them; all where it is `None`. */
key?: string | null, } | { "command": "set",
/** Its key. */
key: string,
/** JSON, or a text without its quotes; `null` takes it out. */
value: string, } | { "command": "set-local-key",
/** The new one. */
key?: KeyText | null, } | { "command": "local-key" } | { "command": "explain",
/** Its id. */
id: RequestId, } | { "command": "requests",
/** Which. */
find?: Find, } | { "command": "summary",
/** Of what. */
question: Question, } | { "command": "minutes",
/** How many. */
count: number, } | { "command": "changes",
/** Of this instance, or of all. */
instance?: string | null,
/** How many at most. */
limit?: number, } | { "command": "offers" } | { "command": "begin-sign-in",
/** How. */
way: Way,
/** What to call the new instance; else it is called after the account. */
name?: string | null,
/** The instance that is signed in again; a new one is added where it is `None`. */
instance?: string | null, } | { "command": "sign-in",
/** Which. */
id: string, } | { "command": "finish-sign-in",
/** Which. */
id: string,
/** The whole address. */
address: KeyText, } | { "command": "cancel-sign-in",
/** Which. */
id: string, } | { "command": "models" } | { "command": "verify",
/** As a client of this dialect. */
dialect: Dialect,
/** For this model. */
model: string, } | { "command": "demo",
/** Shows it, or ends it. */
on: boolean, } | { "command": "pause" } | { "command": "resume" } | { "command": "shutdown" };

/** A wire format. */
export type Dialect = "openai-chat" | "openai-responses" | "anthropic" | "gemini" | "kiro";

/** Why a sign-in did not succeed. */
export type Failure = {
/** The cause. */
cause: FailureCause,
/** What happened and what to do, for people. */
message: string,
/** The service's own words, where it had any. */
words: string | null,
/** The service's code for it, where it had one. */
code: string | null,
/** What works in its place, where nothing that the person does here will help. */
instead: Array<string>, };

/** The causes. */
export type FailureCause = "denied" | "expired" | "timed-out" | "wrong-state" | "not-accepted" | "firewall" | "busy-port" | "not-eligible" | "not-verified" | "project-needed" | "no-client" | "wrong-client" | "bad-request" | "unreachable" | "overloaded" | "odd-answer" | "not-kept" | "cancelled";

/** Sums over requests. A request counts for the instance that was asked last, a failed attempt for its own. */
export type Figures = {
/** Requests. */
requests: number,
/** Served to their end. */
served: number,
/** Errors that clients saw: failed before content, or broken after it. */
errors: number,
/** The client's own request was at fault. */
rejected: number,
/** The client went away. */
left: number,
/** Requests that another instance answered after an attempt had failed. */
elsewhere: number,
/** Attempts. */
attempts: number,
/** Attempts that failed by their instance's fault. */
failed_attempts: number,
/** Of these, those whose request another instance answered. */
absorbed: number,
/** What they cost, summed up. */
tokens: Tokens,
/** Milliseconds to the first content. */
first_content: Percentiles | null,
/** Milliseconds to the end. */
total: Percentiles | null,
/** Milliseconds that Millpond added to the upstreams' own, up to the first content. */
added: Percentiles | null, };

/** Which requests to list, newest first. */
export type Find = {
/** Those that asked this instance. */
instance?: string | null,
/** Those that ended in this pool. */
provider?: ProviderType | null,
/** Those for this model. */
model?: string | null,
/** Those of this client. */
client?: string | null,
/** Those that went this way. */
only?: Only | null,
/** Those with this text in their id, model, client, error or attempts. */
text?: string | null,
/** Those that came before this one. */
before?: RequestId | null,
/** How many at most; 0 means 100, and no more than 1,000 are given. */
limit?: number, };

/** What a check found, in a word. */
export type Found = "good" | "unclear" | "bad" | "unasked";

/** How statistics themselves are. */
export type Health = {
/** What keeps them from being written now; `None` while all is well. */
fault: string | null,
/** The file that could not be used and was set aside since the start, and why. */
set_aside: SetAside | null,
/** Requests that were not written down since the start: too many came, or the file could not be written. */
dropped: number,
/** Requests that wait to be written. */
waiting: number, };

/** What an import has done. */
export type Imported = {
/** The instances that are new here. */
added: Array<string>,
/** How many were here before. */
known: number,
/** How many came along of types that this version does not know. */
foreign: number,
/** What in the file cannot be meant. */
complaints: Array<string>, };

/** A request that is not over. */
export type InFlight = {
/** Its id. */
id: string,
/** When it came. */
at: string,
/** The client's dialect. */
dialect: Dialect,
/** The model, as the client named it. */
model: string,
/** Whether it wants a stream. */
stream: boolean,
/** Who is asked, or serves; `None` before anybody is. */
instance: InstanceName | null,
/** How far it has come. */
phase: Phase,
/** Upstream calls so far. */
calls: number, };

/** An instance and its settings. */
export type Instance = {
/** Its tier. */
priority: number,
/** Its share. */
weight: number,
/** The most requests it takes at a time. */
concurrency_limit: number | null,
/** Whether active checks look at it, where that is set. */
check_health: boolean | null,
/** The model that a billed check asks for. */
check_model: string | null,
/** Models it does not serve: names or globs. */
not_supported_models: Array<string>,
/** Name or glob, and the upstream's name. */
model_map: Array<[string, string]>,
/** The proxy of its own, without a password. */
proxy: string | null,
/** What the pools file says that cannot be meant. */
fault: string | null,
/** Its identity. */
uuid: string,
/** What people call it. */
name: string,
/** Its pool. */
provider: ProviderType,
/** The state it is in. */
state: State,
/** Why, where it does not take requests. */
reason: string | null,
/** Since when it waits for the user. */
since: string | null,
/** When it is ready again, or tried again; `None` where only the user can help, or nothing has to. */
until: string | null,
/** Failures in a row. */
failures: number,
/** Requests it is serving. */
in_flight: number,
/** Models that rest while it serves others, soonest back first. */
resting_models: Array<Resting>,
/** Requests sent through it, ever. */
used: number,
/** Those that failed by its fault. */
failed: number,
/** When it was used last. */
last_used: string | null,
/** When it failed last. */
last_failed: string | null,
/** Models in its list, where it has shown one. */
models: number | null,
/** Where it is reached. */
base_url: string | null,
/** Its key, as far as it may be seen. */
key_hint: string | null,
/** What is left of its quotas, where its upstream tells that. */
quota: Array<Quota>,
/** Whether it is being checked now. */
checking: boolean,
/** What its last check since the start found. */
last_check: Checked | null, };

/** An instance as it was last called; it may be gone. */
export type InstanceName = {
/** Its identity. */
uuid: string,
/** Its name. */
name: string,
/** Its pool. */
provider: ProviderType, };

/** One instance. */
export type InstanceStatus = {
/** Its identity. */
uuid: string,
/** What people call it. */
name: string,
/** Its pool. */
provider: ProviderType,
/** The state it is in. */
state: State,
/** Why, where it does not take requests. */
reason: string | null,
/** Since when it waits for the user. */
since: string | null,
/** When it is ready again, or tried again; `None` where only the user can help, or nothing has to. */
until: string | null,
/** Failures in a row. */
failures: number,
/** Requests it is serving. */
in_flight: number,
/** Models that rest while it serves others, soonest back first. */
resting_models: Array<Resting>,
/** Requests sent through it, ever. */
used: number,
/** Those that failed by its fault. */
failed: number,
/** When it was used last. */
last_used: string | null,
/** When it failed last. */
last_failed: string | null,
/** Models in its list, where it has shown one. */
models: number | null,
/** Where it is reached. */
base_url: string | null,
/** Its key, as far as it may be seen. */
key_hint: string | null,
/** What is left of its quotas, where its upstream tells that. */
quota: Array<Quota>,
/** Whether it is being checked now. */
checking: boolean,
/** What its last check since the start found. */
last_check: Checked | null, };

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

/** A secret on its way between two of Millpond's own processes. It shows in nothing but that. */
export type KeyText = string;

/** Kiro's doors. */
export type KiroMethod = "portal" | "google" | "github" | "builder-id" | "idc";

/** The language of texts. */
export type Language = "system" | "en" | "zh";

/** What window and tray go by. */
export type Look = {
/** `THEME`: light, dark, or as the system has it. */
theme: Theme,
/** `LANGUAGE`: of every text. */
language: Language,
/** `HIDE_NAMES`: names of instances and accounts show nowhere, for screenshots and shared screens. */
hide_names: boolean,
/** `MUTE_NOTICES`: no desktop notice is shown. */
mute_notices: boolean, };

/** One minute. */
export type Minute = {
/** When it began. */
at: string,
/** Requests that ended in it. */
requests: number,
/** Served to their end. */
served: number,
/** Failed attempts whose request another instance answered. */
absorbed: number,
/** Errors that clients saw. */
errors: number, };

/** The last minutes, for a picture. */
export type Minutes = {
/** Each minute, the oldest first, the present one last; quiet ones too. */
minutes: Array<Minute>,
/** All of them. */
total: Figures, };

/** Whether it serves. */
export type Mode = "running" | "paused" | "stopping";

/** A model as clients may name it. */
export type ModelName = {
/** Its name. */
id: string,
/** The first pool that has it. */
provider: ProviderType, };

/** A service as it can be chosen. */
export type Offer = {
/** Which. */
service: Service,
/** Its name for people. */
name: string,
/** Who can sign in, in a line. */
note: string,
/** Whether that works today. */
standing: Standing,
/** What to use where it does not. */
instead: Array<string>, };

/** A way that requests went. */
export type Only = "elsewhere" | "errors" | "rejected" | "left";

/** How a request ended, for its client. */
export type Outcome = "served" | "failed" | "broken" | "left" | "rejected";

/** Two percentiles, in milliseconds, each off by at most 3 %. */
export type Percentiles = {
/** The median. */
p50: number,
/** What 95 of 100 did not exceed. */
p95: number, };

/** How far a request has come. */
export type Phase = "connecting" | "waiting" | "streaming";

/** One pool. */
export type PoolStatus = {
/** Its provider type. */
provider: ProviderType,
/** Its plain name: `Claude keys`. */
name: string,
/** How many of its instances take requests. */
ready: number,
/** Who is asked next when it has nobody left. */
fallback: ProviderType[],
/** Its instances in file order. */
instances: Array<InstanceStatus>, };

/** Something that is wrong. */
export type Problem = {
/** Where: a file, a setting. */
place: string,
/** What, and what to do. */
text: string, };

/** Who is being checked, and how far the checks by hand have come. */
export type Progress = {
/** Instances that are being asked now. */
running: Array<string>,
/** Instances that were to be checked by hand. */
total: number,
/** How many of them are done. */
done: number, };

/** A kind of upstream account; its text is the key of a pool in `provider_pools.json`. */
export type ProviderType = "claude-custom" | "openai-custom" | "gemini-custom" | "gemini-cli-oauth" | "claude-kiro-oauth" | "openai-qwen-oauth";

/** What to sum up. */
export type Question = {
/** From when on; hours and days count from their beginning. */
from: string,
/** Until when; `None` for now. */
until?: string | null,
/** A row for each of what; none for the sum alone. */
by?: Array<By>,
/** Of this instance only. */
instance?: string | null,
/** Of this pool only. */
provider?: ProviderType | null,
/** Of this model only. */
model?: string | null,
/** Of this client only. */
client?: string | null, };

/** What is left of a quota. */
export type Quota = {
/** Of what: a model, or credits. */
name: string,
/** Percent left, 0 to 100; `None` where that is not known. */
percent_left: number | null,
/** In the upstream's own units: `340 of 1000 credits`. */
left: string | null,
/** When it is full again. */
resets: string | null,
/** When the upstream said so. */
at: string, };

/** Why a command was not carried out. */
export type Refused = {
/** Of which kind. */
kind: RefusedKind,
/** What, where, and what to do. */
message: string, };

/** Kinds of [`Refused`]. */
export type RefusedKind = "missing" | "invalid" | "stranger" | "failed";

/** What a command brought. */
export type Reply = { "reply": "done" } | { "reply": "status", "value": Status } | { "reply": "instances", "value": Array<Instance> } | { "reply": "added", "value": string } | { "reply": "imported", "value": Imported } | { "reply": "exported", "value": number } | { "reply": "checked", "value": Array<Checked> } | { "reply": "settings", "value": Array<Setting> } | { "reply": "key", "value": KeyText } | { "reply": "request", "value": Told | null } | { "reply": "requests", "value": Array<Told> } | { "reply": "summary", "value": Summary } | { "reply": "minutes", "value": Minutes } | { "reply": "changes", "value": Array<Change> } | { "reply": "offers", "value": Array<Offer> } | { "reply": "sign-in", "value": SignIn } | { "reply": "models", "value": Array<ModelName> } | { "reply": "verified", "value": Verified };

/**
 * The id of a request, as its text is shown: `req_` and 32 hexadecimal digits. It begins with the time, so that ids
 * sort by the coming of their requests.
 */
export type RequestId = string;

/** A model that rests on an instance. */
export type Resting = {
/** Which. */
model: string,
/** Until when. */
until: string,
/** Why. */
reason: string,
/** The instance does not have it, as opposed to: its quota is used up. */
absent: boolean, };

/** A row of a summary; only what it is told apart by is there. */
export type Row = {
/** When its hour or day began. */
start: string | null,
/** Its instance; `None` also for requests that no instance was asked for. */
instance: InstanceName | null,
/** Its pool. */
provider: ProviderType | null,
/** Its model. */
model: string | null,
/** Its client. */
client: string | null,
/** Its figures. */
figures: Figures, };

/** A service that knows its users by OAuth, and not by a key. */
export type Service = "gemini" | "qwen" | "kiro";

/** A file that could not be used. */
export type SetAside = {
/** Where it is now. */
path: string,
/** What was wrong with it. */
reason: string, };

/** A setting. */
export type Setting = {
/** Its key. */
key: string,
/** Its value, or its default; a secret is masked. */
value: JsonValue,
/** What it takes. */
expected: string, };

/** One sign-in, under way or ended. It holds no token; its address holds nothing that opens an account by itself. */
export type SignIn = {
/** Its identity. */
id: string,
/** To which service. */
service: Service,
/** Where it stands. */
step: Step, };

/** An account that is ready. */
export type SignedIn = {
/** The instance that was added, or signed in again. */
instance: string | null,
/** Its name: an e-mail address where the service tells one. */
name: string,
/** Its plan or tier, where the service tells it. */
plan: string | null,
/** What is left of its quota, where the service tells it. */
left: string | null,
/** What the person should know. */
notes: Array<string>, };

/** Whether a service still takes sign-ins from outside its own programs. */
export type Standing = "works" | "limited" | "ended";

/** What an instance is in; the reason and the time stand beside it. */
export type State = "ready" | "cooling" | "unhealthy" | "needs-login" | "refused" | "disabled";

/** The state of a running Millpond. */
export type Status = {
/** Millpond's version. */
version: string,
/** The home folder. */
home: string,
/** Where clients reach it: `http://127.0.0.1:6455`; `None` until it listens. */
endpoint: string | null,
/** The local key, as far as it may be seen. */
key_hint: string,
/** Whether it serves. */
mode: Mode,
/** Since when it runs. */
since: string,
/** Whether what is served is the demo. */
demo: boolean,
/** Every pool that has an instance. */
pools: Array<PoolStatus>,
/** The requests that came last and are not over, the newest first; not all of very many. */
in_flight: Array<InFlight>,
/** The latest changes of state, newest first. */
changes: Array<Change>,
/** Who is being checked. */
checks: Progress,
/** Sign-ins that are under way, and those that have ended lately. */
sign_ins: Array<SignIn>,
/** How the statistics are. */
stats: Health,
/** Where secrets are kept. */
vault: VaultStatus,
/** What is wrong, for the user; the worst first. */
problems: Array<Problem>,
/** How the user wants it to look. */
look: Look, };

/** Where a sign-in stands. */
export type Step = { "step": "starting" } | { "step": "open",
/** The address. */
address: string,
/** What the address begins with that the browser ends on. */
returns_to: string,
/** Why the answer will not come by itself, where that is so: it must be pasted then. */
notice: string | null,
/** Until when it is waited for. */
until: string, } | { "step": "code",
/** The page. */
address: string,
/** The same with the code in it, where the service has such. */
complete: string | null,
/** The code. */
code: string,
/** The service is asked so often, in seconds. */
every: number,
/** Until when the code is good. */
until: string, } | { "step": "verify",
/** Where to do it. */
address: string,
/** What it wants, in its own words. */
reason: string,
/** Until when it is waited for. */
until: string, } | { "step": "finishing",
/** What, in words that go on after "now: ". */
doing: string, } | { "step": "done",
/** Who is signed in. */
account: SignedIn, } | { "step": "failed",
/** Why. */
failure: Failure, };

/** An answer to a [`Question`]. */
export type Summary = {
/** Everything. */
total: Figures,
/** One row for each of what was asked for: times in order, else most requests first. */
rows: Array<Row>,
/** Failed attempts by cause, most first. */
causes: Array<CauseCount>, };

/** Light or dark. */
export type Theme = "system" | "light" | "dark";

/** Tokens, summed up. */
export type Tokens = {
/** Sent, neither from a cache nor into one. */
input: number,
/** Answered. */
output: number,
/** Sent, read from a cache. */
cache_read: number,
/** Sent, written to a cache. */
cache_write: number,
/** Of the answered, spent on thinking. */
reasoning: number,
/** Of the sent, how many are estimates. */
estimated_input: number,
/** Of the answered, how many are estimates. */
estimated_output: number, };

/** One request, explained. */
export type Told = {
/** The id in `x-request-id`. */
id: RequestId,
/** When it came. */
at: string,
/** The client's dialect. */
dialect: Dialect,
/** The call, as its path below the version: `chat/completions`. */
api: string,
/** The model as the client named it. */
model: string,
/** Whether a stream was asked for. */
stream: boolean,
/** Whose key it showed, where keys have names. */
client: string | null,
/** Why this pool was asked first. */
route: string,
/** How it ended. */
outcome: Outcome,
/** The status the client got. */
status: number,
/** What the client was told when it failed. */
error: string | null,
/** What it cost, where something was served. */
usage: Usage | null,
/** Milliseconds from its coming to the first content. */
first_content_ms: number | null,
/** Milliseconds from its coming to its end. */
total_ms: number,
/** What a translation could not say. */
losses: Array<string>,
/** Every attempt, in order. */
attempts: Array<Tried>, };

/** One attempt, explained. */
export type Tried = {
/** Through whom. */
instance: string,
/** What it was called then. */
name: string,
/** Its pool. */
provider: ProviderType,
/** The model as it was asked for there. */
model: string,
/** The wire format that was spoken there. */
dialect: Dialect,
/** Requests that went up. */
calls: number,
/** Milliseconds from the request's coming to the attempt's start. */
started_ms: number,
/** Milliseconds it took: to the first content, or to the refusal. */
took_ms: number,
/** The upstream's status, where there was one. */
status: number | null,
/** Why it did not serve, in a word: `rate-limited`. */
cause: string | null,
/** Why it did not serve, in words. */
reason: string | null,
/** Whether it was chosen because it served the conversation before. */
affine: boolean,
/** Whether it was the trial of an unhealthy instance. */
trial: boolean, };

/** What a request cost: `input` includes neither `cache_read` nor `cache_write`, `output` includes `reasoning`. */
export type Usage = { input: number, output: number, cache_read: number, cache_write: number, reasoning: number, estimated: boolean, };

/** Where secrets are kept. */
export type VaultStatus = {
/** `keychain` or the file's path. */
place: string,
/** What the user should know about that. */
warning: string | null, };

/** What a request brought that was made to see whether it works. */
export type Verified = {
/** The status a client would have got. */
status: number,
/** Its id, for [`Control::Explain`](super::Control::Explain). */
request: string | null,
/** Who answered. */
instance: string | null,
/** How many were asked. */
attempts: number | null,
/** Milliseconds to the whole answer. */
millis: number,
/** What was answered, cut short. */
text: string | null,
/** What a client would have been told in its place. */
error: string | null, };

/** How somebody wants to sign in. */
export type Way = { "service": "gemini",
/** The id of a Google Cloud project, which accounts of companies need. */
project?: string | null, } | { "service": "qwen" } | { "service": "kiro",
/** By which door. */
method: KiroMethod,
/** IAM Identity Center: the company's start page, `https://d-….awsapps.com/start`. */
start_url?: string | null,
/** IAM Identity Center: its AWS region. */
region?: string | null, };

/** Which instances. */
export type Which = "all" | { "pool": ProviderType } | { "one": string };
