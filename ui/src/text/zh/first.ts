// 首次运行。
import type { Texts } from "../en";

export const first: Texts["first"] = {
  title: "池塘是空的。添加一个账号，水轮就会转动。",
  text: (at) => `Millpond 运行在 ${at}，在有实例之前会回答 503。大约需要一分钟。`,
  key: "粘贴密钥",
  keyText:
    "Anthropic、OpenAI、DeepSeek、DashScope、OpenRouter，或任何兼容其协议的服务器。多数密钥 Millpond 能从样式认出。",
  signIn: "登录",
  signInText: "使用 Kiro，或 Workspace 账号的 Gemini CLI。可用本机或另一台机器的浏览器，或用代码。",
  choose: "选择提供方",
  file: "导入 provider_pools.json",
  fileText: "来自其他代理或另一台电脑。其中的密钥移入保管库，文件本身不变。",
  chooseFile: "选择文件",
  demo: "试用演示",
  demoText: "三个虚构的实例：一个正常，一个缓慢，一个会失败。不需要账号，数据不离开本机，一键结束。",
  next: "接下来",
  steps: [
    ["1 添加账号", "立即免费检查。"],
    ["2 接入助手", "Claude Code、Codex、Gemini CLI 等，提供可粘贴的文本和验证。"],
    ["3 开始工作", "关闭窗口即可。托盘显示状态，只在需要你时提醒。"],
  ],
};
