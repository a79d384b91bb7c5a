// 总览。
import type { Texts } from "../en";

export const overview: Texts["overview"] = {
  ready: (ready, all) =>
    all === 1 ? "就绪。实例可以接受请求。" : `就绪。${all} 个实例中有 ${ready} 个可以接受请求。`,
  resting: (until) => `全部休息到 ${until}。`,
  nobody: "没有实例可以服务，需要你处理。",
  paused: "已暂停。",
  stopping: "正在停止，先完成进行中的请求。",
  hour: (requests, errors, absorbed) => {
    if (requests === 0) return "过去一小时没有请求。";
    const seen = errors === 0 ? "过去一小时没有客户端看到错误" : `过去一小时客户端看到 ${errors} 个错误`;
    return absorbed === 0 ? `${seen}。` : `${seen}：${absorbed} 次失败的尝试由其他实例完成。`;
  },
  byState: "按状态统计的实例",
  last60: "最近 60 分钟",
  chart: "最近一小时每分钟的请求。线上：请求。线下：失败的尝试，由其他实例完成或被客户端看到。",
  minute: (at, requests, absorbed, errors) =>
    `${at}：${requests} 个请求，${absorbed} 次失败由其他实例完成，${errors} 个错误`,
  aMinute: (n) => `每分钟 ${n}`,
  below: "线下：失败的尝试；带叉的是客户端看到的",
  noneBelow: "线下：失败的尝试。目前没有。",
  requests: "请求",
  errors: "客户端看到的错误",
  elsewhere: "由其他实例完成",
  firstContent: "首个内容",
  tokensIn: "输入 token",
  tokensOut: "输出 token",
  cached: (share) => `${share} 来自缓存`,
  column: "每一列是一个实例，高度是剩余配额",
  today: (n) => `今天 ${n}`,
  sum: (n, state) => `${n} 个${state}`,
  cools: (name, until) => `${name} 冷却到 ${until}`,
  tried: (name, at) => `${name} 将在 ${at} 试用`,
  waits: (name) => `${name} 等待登录`,
  wasRefused: (name) => `${name} 被拒绝`,
  modelRests: (model, name, until) => `${name} 上的 ${model} 休息到 ${until}`,
  andMore: (some, more) => `${some.join("，")}，另有 ${more} 个`,
  list: (all) => all.join("，"),
  allOff: "全部已停用",
  enabledServe: "已启用的都可以服务",
  allServe: "全部可以服务",
  needs: "需要你处理",
  needsNothing: "没有需要你处理的事。",
  since: (at) => `，自 ${at} 起。`,
  servesOn: (names, more) =>
    `该池由 ${names.join("、")}${more > 0 ? ` 等 ${names.length + more} 个实例` : ""} 继续服务。`,
  nobodyElse: "该池没有其他实例可以服务。",
  signInAgain: "重新登录",
  useKey: "改用 API 密钥",
  newKey: "更换密钥…",
  inFlight: "进行中",
  idle: "没有进行中的请求。",
  phase: { connecting: "连接中", waiting: "等待首个内容", streaming: "输出中" },
  phaseWord: "阶段",
  andMoreInFlight: (n) => `另有 ${n} 个`,
  changes: "状态变化",
  noChanges: "Millpond 启动以来没有实例改变过状态。",
  until: (at) => `，到 ${at}`,
};
