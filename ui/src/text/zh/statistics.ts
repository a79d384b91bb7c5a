// 统计。
import type { Texts } from "../en";

export const statistics: Texts["statistics"] = {
  sentence: (span, requests, errors) => {
    const when = span ? `${span[0]} 至 ${span[1]}` : "今天";
    const wrong = errors === 0 ? "没有一个以客户端错误结束" : `其中 ${errors} 个以客户端错误结束`;
    return requests === "0" ? `${when}。还没有请求。` : `${when}。${requests} 个请求，${wrong}。`;
  },
  range: "范围",
  ranges: { today: "今天", week: "7 天", month: "30 天" },
  figures: "数字",
  share: (share, elsewhere) => `${share}，${elsewhere} 个由其他实例完成`,
  fromCache: (share) => `${share} 来自缓存`,
  estimated: (share) => `${share} 为估计`,
  firstMedian: "首个内容，中位",
  added: "Millpond 增加的时间",
  tokensDay: "每天的 token",
  tokensHour: "每小时的 token",
  tokensLabel: "输入 token，缓存与新增；具体数字见导出文件。",
  cached: "输入，缓存",
  fresh: "输入，新增",
  out: (n) => `输出 ${n}`,
  bar: (name, cached, fresh, out) => `${name}：缓存 ${cached}，新增 ${fresh}，输出 ${out}`,
  firstContent: "到首个内容的时间",
  firstLabel: (p50, p95) => `到首个内容的时间：中位 ${p50}，95 分位 ${p95}。`,
  firstNone: "到首个内容的时间：没有已完成的请求。",
  median: "中位",
  byHour: "按小时的请求",
  fewer: "少",
  more: "多",
  busiest: (day, hour, n) => `按日期和小时的请求。最忙：${day} ${hour}:00，${n} 个。`,
  noRequests: "按日期和小时的请求。没有请求。",
  hour: (day, hour, n) => `${day} ${hour}:00，${n} 个请求`,
  compare: "比较",
  compareBy: "比较方式",
  kinds: { instance: "实例", model: "模型", client: "客户端" },
  cachedShort: "缓存",
  fortnight: "14 天",
  unnamed: "未命名",
  nothing: "此范围内没有请求。",
  estimate: "“~”表示估计值：该提供方不报告用量。",
  unreadable: "目前无法读取统计；服务不受影响。",
};
