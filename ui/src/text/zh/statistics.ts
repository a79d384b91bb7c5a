// 统计。
import type { Texts } from "../en";

export const statistics: Texts["statistics"] = {
  estimate: "“~”表示估计值：该提供方不报告用量。",
  unreadable: "目前无法读取统计；服务不受影响。",
};
