// Signing in.
import type { FailureCause, KiroMethod, Service, Standing, Step } from "../../generated/control";

const services: Record<Service, string> = { kiro: "Kiro", gemini: "Gemini CLI", qwen: "Qwen" };
const standing: Record<Standing, string> = { works: "Works", limited: "Limited", ended: "Ended" };

const methods: Record<KiroMethod, string> = {
  portal: "Kiro's own page",
  google: "Google",
  github: "GitHub",
  "builder-id": "AWS Builder ID, by a code",
  idc: "IAM Identity Center, by a code",
};

const titles: Record<Step["step"], (service: string) => string> = {
  starting: (service) => `Sign in to ${service}`,
  open: (service) => `Sign in to ${service}`,
  code: (service) => `Sign in to ${service} with a code`,
  verify: (service) => `${service} wants to know more`,
  finishing: (service) => `Signing in to ${service}`,
  done: () => "Signed in",
  failed: () => "Not signed in",
};

const causes: Record<FailureCause, string> = {
  denied: "Access was denied.",
  expired: "It came too late.",
  "timed-out": "Nobody finished it in time.",
  "wrong-state": "The answer belongs to another sign-in.",
  "not-accepted": "The answer was not accepted.",
  firewall: "A web page answered in the service's place.",
  "busy-port": "No port is free for the answer.",
  "not-eligible": "This login cannot be used.",
  "not-verified": "The account was not verified in time.",
  "project-needed": "The account needs a Google Cloud project.",
  "no-client": "No OAuth client is known.",
  "wrong-client": "The service does not take this client any more.",
  "bad-request": "Something that was given cannot be meant.",
  unreachable: "The service cannot be reached.",
  overloaded: "The service is busy or broken.",
  "odd-answer": "The service answered what nobody expects.",
  "not-kept": "Signed in, but the tokens cannot be kept.",
  cancelled: "It was stopped.",
};

/** The backend's texts, where this language has its own. */
const notes: Partial<Record<Service, string>> = {};
const insteadOf: Partial<Record<Service, string[]>> = {};

export const signin = {
  choose: "Sign in to a provider",
  again: "Sign in again",
  provider: "Provider",
  services,
  standing,
  notes,
  titles,
  method: "By which door",
  methods,
  startUrl: "Start page",
  region: "Region",
  project: "Google Cloud project",
  projectHint: "Accounts of companies need one; leave it empty if you have none.",
  risk: "A provider may limit or end the use of a sign-in outside its own program. An API key has no such risk.",
  go: "Continue",
  waiting: "Waiting",
  left: (time: string) => `${time} left`,
  askedEvery: (seconds: number, time: string) => `asked every ${seconds} s, ${time} left`,
  openText: "Finish the sign-in in your browser. This window notices by itself.",
  openByHand: "Finish the sign-in in your browser, then paste the address it ends on.",
  byHand: "The answer will not come by itself.",
  elsewhere: "Browser did not open, or is on another machine?",
  copyLink: "Copy link",
  openPage: "Open the page",
  paste: "Then paste the address it ends on",
  pasteHint: "The page may say “cannot connect”. Its address is what counts.",
  finish: "Finish",
  useCode: "Use a device code",
  useBrowser: "Use the browser",
  codeText: "Open this page on any device and enter the code.",
  codeLabel: (code: string) => `Code: ${code}`,
  dash: "dash",
  copyCode: "Copy code",
  starting: "Asking the service",
  finishing: "Finishing",
  wantsMore: "The account has to be verified first.",
  isReady: "is ready. Its tokens are kept in the vault and refresh by themselves.",
  plan: "Plan",
  nameIt: "Name it",
  another: "Add another",
  causes,
  wordsOf: (service: string) => `${service}'s words`,
  instead: "Millpond will not try it again by itself. What works instead:",
  insteadOf,
  startAgain: "Start again",
};
