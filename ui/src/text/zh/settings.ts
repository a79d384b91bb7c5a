// 设置，以及导入导出的文件。
import type { Texts } from "../en";

export const settings: Texts["settings"] = {
  files: {
    title: { import: "导入池文件", export: "导出池" },
    text: {
      import: "其中的密钥会移入保管库，文件本身保持不变。已存在的实例会跳过。",
      export: "全部实例，不含密钥。目标文件必须尚不存在。",
    },
    path: "文件路径",
    example: { import: "/home/you/provider_pools.json", export: "/home/you/pools-export.json" },
    browse: "选择…",
    verb: { import: "导入", export: "导出" },
    imported: (n) => `已添加 ${n} 个实例。`,
    rest: (known, foreign) =>
      [
        known > 0 ? `${known} 个原已存在。` : "",
        foreign > 0 ? `保留了 ${foreign} 个此版本不认识的类型的实例。` : "",
      ]
        .filter(Boolean)
        .join(""),
    exported: (n) => `已写出 ${n} 个实例。`,
    noSecrets: "文件不含密钥。",
  },
};
