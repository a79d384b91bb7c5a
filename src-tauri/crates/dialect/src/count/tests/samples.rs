//! Texts, each with how far off the estimate may be, in percent.

/// Name, text, percent.
pub(super) const ALL: &[(&str, &str, u64)] = &[
    (
        "English",
        "The proxy keeps a list of accounts and picks the one that has the fewest requests in flight. When an account refuses, it rests for a while, and the request goes to the next one before the client has seen a single byte. Nobody notices that one of five was ill, and nothing has to be restarted in the morning. The statistics tell later what happened, how long each attempt took, and why it was given up.",
        10,
    ),
    (
        "Markdown",
        "# Setup\n\n1. Install the package:\n   ```sh\n   npm install --save-dev example-package\n   ```\n2. Add `example.config.json` to the root of your project.\n3. Run `npm run build` and look at **dist/index.html**.\n\n| option | default | meaning |\n|---|---|---|\n| `--port` | 8080 | where it listens |\n| `--host` | 127.0.0.1 | loopback only |\n",
        15,
    ),
    (
        "Rust",
        "impl Ledger {\n    /// Adds what was spent.\n    pub fn spend(&mut self, account: AccountId, amount: Amount) -> Result<Balance, Overdrawn> {\n        let entry = self.entries.entry(account).or_insert_with(Entry::default);\n        match entry.balance.checked_sub(amount) {\n            Some(rest) => {\n                entry.balance = rest;\n                entry.history.push(Change::Spent { amount, at: self.clock.now() });\n                Ok(rest)\n            }\n            None => Err(Overdrawn { account, missing: amount - entry.balance }),\n        }\n    }\n}\n",
        15,
    ),
    (
        "Python",
        "def read_rows(path: str, *, limit: int | None = None) -> list[dict[str, str]]:\n    \"\"\"Reads at most `limit` rows.\"\"\"\n    rows = []\n    with open(path, newline=\"\", encoding=\"utf-8\") as file:\n        for number, row in enumerate(csv.DictReader(file)):\n            if limit is not None and number >= limit:\n                break\n            rows.append({key.strip().lower(): value for key, value in row.items()})\n    return rows\n\n\nif __name__ == \"__main__\":\n    print(json.dumps(read_rows(sys.argv[1]), indent=2, sort_keys=True))\n",
        15,
    ),
    (
        "TypeScript",
        "export async function fetchUsers(baseUrl: string, signal?: AbortSignal): Promise<User[]> {\n  const response = await fetch(`${baseUrl}/api/v1/users?active=true`, { headers: { Accept: 'application/json' }, signal });\n  if (!response.ok) {\n    throw new HttpError(response.status, await response.text());\n  }\n  const { items } = (await response.json()) as UserListResponse;\n  return items.filter((user) => !user.isDeleted).map(toUser);\n}\n",
        15,
    ),
    (
        "JSON schema",
        "{\"type\":\"object\",\"properties\":{\"file_path\":{\"type\":\"string\",\"description\":\"The absolute path to the file to modify\"},\"old_string\":{\"type\":\"string\",\"description\":\"The text to replace\"},\"new_string\":{\"type\":\"string\",\"description\":\"The text to replace it with (must be different from old_string)\"},\"replace_all\":{\"type\":\"boolean\",\"default\":false,\"description\":\"Replace all occurrences\"}},\"required\":[\"file_path\",\"old_string\",\"new_string\"],\"additionalProperties\":false}",
        15,
    ),
    (
        "Log",
        "2026-03-14T09:26:53.589Z  INFO gateway::relay: request finished id=7f3a91c2 status=200 attempts=2 bytes=48213 elapsed_ms=1874\n2026-03-14T09:26:54.002Z  WARN pool::breaker: instance rests instance=relay-3 reason=\"429 rate_limit_error\" until=2026-03-14T09:27:24Z\n",
        15,
    ),
    (
        "German",
        "Der Zwischenspeicher merkt sich, welche Unterhaltung zuletzt von welchem Zugang bedient wurde, damit die Aufforderung nicht noch einmal vollständig berechnet werden muss. Fällt dieser Zugang aus, so übernimmt ein anderer, und der Benutzer bemerkt davon höchstens eine kleine Verzögerung beim nächsten Satz.",
        20,
    ),
    (
        "French",
        "Le serveur répond dès que le premier mot est prêt, sans attendre la fin de la phrase. Si la connexion est coupée au milieu d'une réponse, le client reçoit une erreur claire au lieu d'un texte tronqué, et il peut réessayer quand il le souhaite.",
        15,
    ),
    (
        "Spanish",
        "La aplicación guarda las claves en el llavero del sistema y nunca las escribe en un archivo de texto. Cada cuenta tiene su propio límite, y cuando se agota, las solicitudes pasan automáticamente a la siguiente sin que nadie tenga que intervenir.",
        15,
    ),
    (
        "Russian",
        "Сервер принимает запросы только с этого компьютера и распределяет их между несколькими учётными записями. Если одна из них временно недоступна, запрос сразу передаётся следующей, а пользователь ничего не замечает.",
        20,
    ),
    (
        "Chinese",
        "服务器只接受来自本机的请求，并把它们分配给多个账号。如果其中一个账号暂时不可用，请求会立即转到下一个账号，用户不会有任何感觉。统计页面会显示每次尝试用了多长时间，以及失败的原因。",
        20,
    ),
    (
        "Japanese",
        "サーバーはこのコンピューターからのリクエストだけを受け付けて、複数のアカウントに分けて送ります。一つのアカウントが一時的に使えなくなった場合は、すぐに次のアカウントに切り替わるので、利用者は何も気づきません。",
        20,
    ),
    (
        "Korean",
        "서버는 이 컴퓨터에서 온 요청만 받아서 여러 계정에 나누어 보냅니다. 한 계정을 잠시 사용할 수 없게 되면 요청은 바로 다음 계정으로 넘어가므로 사용자는 아무것도 느끼지 못합니다.",
        20,
    ),
    (
        "Arabic",
        "يقبل الخادم الطلبات من هذا الجهاز فقط ويوزعها على عدة حسابات. إذا تعذر استخدام أحد الحسابات مؤقتا، ينتقل الطلب فورا إلى الحساب التالي دون أن يلاحظ المستخدم أي شيء.",
        25,
    ),
    (
        "Hindi",
        "सर्वर केवल इसी कंप्यूटर से आने वाले अनुरोध स्वीकार करता है और उन्हें कई खातों में बाँटता है। यदि कोई खाता थोड़ी देर के लिए उपलब्ध नहीं है, तो अनुरोध तुरंत अगले खाते को भेज दिया जाता है।",
        25,
    ),
    (
        "Thai",
        "เซิร์ฟเวอร์รับคำขอจากเครื่องนี้เท่านั้น และกระจายไปยังหลายบัญชี หากบัญชีใดใช้งานไม่ได้ชั่วคราว คำขอจะถูกส่งต่อไปยังบัญชีถัดไปทันที",
        30,
    ),
    (
        "Emoji",
        "Done 🎉 all tests pass ✅ and the build is green 🟢 — let's ship it 🚀🚀 (thanks everybody ❤️)",
        30,
    ),
    (
        "Base64",
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4z8DwHwAFgAJ/lQmZ0QAAAABJRU5ErkJggg1xYz9QpLk3VbTnRwSdXy7ZhM2o0uFqAe8tHjKiNcLvGx",
        35,
    ),
    (
        "Identifiers",
        "550e8400-e29b-41d4-a716-446655440000 6ba7b810-9dad-11d1-80b4-00c04fd430c8 call_8f2Kq0ZxW1 toolu_01A09q90qw90lq917835lq9",
        25,
    ),
];
