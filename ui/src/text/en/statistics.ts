// Statistics.
export const statistics = {
  sentence: (span: [string, string] | null, requests: string, errors: number) => {
    const when = span ? `${span[0]} to ${span[1]}` : "Today";
    const some = requests === "1" ? "1 request" : `${requests} requests`;
    const wrong =
      errors === 0
        ? "none of them ended in an error for a client"
        : `${errors} of them ended in an error for a client`;
    return requests === "0" ? `${when}. No request yet.` : `${when}. ${some}, ${wrong}.`;
  },
  range: "Range",
  ranges: { today: "Today", week: "7 days", month: "30 days" },
  figures: "Figures",
  share: (share: string, elsewhere: string) => `${share}, ${elsewhere} served elsewhere`,
  fromCache: (share: string) => `${share} from cache`,
  estimated: (share: string) => `${share} estimated`,
  firstMedian: "First content, median",
  added: "Added by Millpond",
  tokensDay: "Tokens a day",
  tokensHour: "Tokens an hour",
  tokensLabel: "Tokens sent, cached and new; the figures stand in the export.",
  cached: "in, cached",
  fresh: "in, new",
  out: (n: string) => `${n} out`,
  bar: (name: string, cached: string, fresh: string, out: string) =>
    `${name}: ${cached} cached, ${fresh} new, ${out} out`,
  firstContent: "Time to first content",
  firstLabel: (p50: string, p95: string) => `Time to first content: median ${p50}, 95th percentile ${p95}.`,
  firstNone: "Time to first content: nothing was served.",
  median: "median",
  byHour: "Requests by hour",
  fewer: "fewer",
  more: "more",
  busiest: (day: string, hour: number, n: number) =>
    `Requests by day and hour. Busiest: ${day} ${hour}:00 with ${n}.`,
  noRequests: "Requests by day and hour. There are none.",
  hour: (day: string, hour: number, n: number) =>
    `${day} ${hour}:00, ${n} ${n === 1 ? "request" : "requests"}`,
  compare: "Compare",
  compareBy: "Compare by",
  kinds: { instance: "Instance", model: "Model", client: "Client" },
  cachedShort: "Cached",
  fortnight: "14 days",
  unnamed: "unnamed",
  nothing: "Nothing was asked in this range.",
  estimate: "“~” is an estimate: this provider reports no usage.",
  unreadable: "Statistics cannot be read now; serving is not affected.",
};
