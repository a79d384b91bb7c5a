//! A conversation as a client of one dialect holds it: it keeps what it was told and sends it back.

use serde_json::{Value, json};
use tests::client::{Answer, Request};
use tests::proxy::Millpond;
use tests::sse::{self, Call, Said, Tongue};

/// A 1 × 1 picture.
pub(crate) const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// A conversation.
#[derive(Clone, Debug)]
pub(crate) struct Talk {
    pub(crate) tongue: Tongue,
    pub(crate) model: String,
    pub(crate) body: Value,
    /// `/claude-custom` and the like.
    pub(crate) prefix: String,
}

impl Talk {
    pub(crate) fn new(tongue: Tongue, model: &str) -> Self {
        let body = match tongue {
            Tongue::Chat => json!({"model": model, "messages": []}),
            Tongue::Anthropic => json!({"model": model, "max_tokens": 4096, "messages": []}),
            Tongue::Responses => json!({"model": model, "input": []}),
            Tongue::Gemini => json!({"contents": []}),
        };
        Self {
            tongue,
            model: model.to_owned(),
            body,
            prefix: String::new(),
        }
    }

    /// One that begins with these words.
    pub(crate) fn saying(tongue: Tongue, model: &str, text: &str) -> Self {
        let mut talk = Self::new(tongue, model);
        talk.user(text);
        talk
    }

    /// Speaks to that pool by the path.
    pub(crate) fn to(mut self, kind: &str) -> Self {
        self.prefix = format!("/{kind}");
        self
    }

    /// Changes the model, and the pool with it.
    pub(crate) fn turn_to(&mut self, kind: &str, model: &str) {
        self.prefix = format!("/{kind}");
        model.clone_into(&mut self.model);
        if self.tongue != Tongue::Gemini {
            self.body["model"] = json!(model);
        }
    }

    pub(crate) fn set(mut self, field: &str, value: Value) -> Self {
        self.body[field] = value;
        self
    }

    fn push(&mut self, message: Value) {
        let list = match self.tongue {
            Tongue::Chat | Tongue::Anthropic => "messages",
            Tongue::Responses => "input",
            Tongue::Gemini => "contents",
        };
        self.body[list].as_array_mut().unwrap().push(message);
    }

    pub(crate) fn user(&mut self, text: &str) {
        self.push(match self.tongue {
            Tongue::Gemini => json!({"role": "user", "parts": [{"text": text}]}),
            _ => json!({"role": "user", "content": text}),
        });
    }

    pub(crate) fn picture(&mut self, text: &str) {
        let url = format!("data:image/png;base64,{PNG}");
        self.push(match self.tongue {
            Tongue::Chat => json!({"role": "user", "content": [
                {"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": url}}]}),
            Tongue::Anthropic => json!({"role": "user", "content": [
                {"type": "text", "text": text},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}]}),
            Tongue::Responses => json!({"role": "user", "content": [
                {"type": "input_text", "text": text}, {"type": "input_image", "image_url": url}]}),
            Tongue::Gemini => json!({"role": "user", "parts": [
                {"text": text}, {"inlineData": {"mimeType": "image/png", "data": PNG}}]}),
        });
    }

    pub(crate) fn system(&mut self, text: &str) {
        match self.tongue {
            Tongue::Chat => self.push(json!({"role": "system", "content": text})),
            Tongue::Anthropic => self.body["system"] = json!(text),
            Tongue::Responses => self.body["instructions"] = json!(text),
            Tongue::Gemini => self.body["systemInstruction"] = json!({"parts": [{"text": text}]}),
        }
    }

    /// Offers a tool.
    pub(crate) fn tool(&mut self, name: &str, schema: &Value) {
        let about = "Looks at something.";
        let tool = match self.tongue {
            Tongue::Chat => json!({"type": "function", "function": {
                "name": name, "description": about, "parameters": schema}}),
            Tongue::Anthropic => {
                json!({"name": name, "description": about, "input_schema": schema})
            }
            Tongue::Responses => json!({"type": "function", "name": name, "description": about,
                "parameters": schema, "strict": false}),
            Tongue::Gemini => json!({"functionDeclarations": [{
                "name": name, "description": about, "parametersJsonSchema": schema}]}),
        };
        let body = self.body.as_object_mut().unwrap();
        body.entry("tools")
            .or_insert_with(|| json!([]))
            .as_array_mut()
            .unwrap()
            .push(tool);
    }

    /// Keeps what the model said, as its client does: word for word.
    pub(crate) fn keep(&mut self, answer: &Value) {
        match self.tongue {
            Tongue::Chat => self.push(answer["choices"][0]["message"].clone()),
            Tongue::Anthropic => {
                self.push(json!({"role": "assistant", "content": answer["content"]}))
            }
            Tongue::Responses => {
                for item in answer["output"].as_array().unwrap() {
                    self.push(item.clone());
                }
            }
            Tongue::Gemini => self.push(answer["candidates"][0]["content"].clone()),
        }
    }

    /// Answers calls, in their order.
    pub(crate) fn results(&mut self, results: &[(&Call, &str)]) {
        match self.tongue {
            Tongue::Chat => {
                for (call, text) in results {
                    self.push(json!({"role": "tool", "tool_call_id": call.id, "content": text}));
                }
            }
            Tongue::Responses => {
                for (call, text) in results {
                    self.push(
                        json!({"type": "function_call_output", "call_id": call.id, "output": text}),
                    );
                }
            }
            Tongue::Anthropic => {
                let blocks: Vec<Value> = results
                    .iter()
                    .map(|(call, text)| json!({"type": "tool_result", "tool_use_id": call.id, "content": text}))
                    .collect();
                self.push(json!({"role": "user", "content": blocks}));
            }
            Tongue::Gemini => {
                let parts: Vec<Value> = results
                    .iter()
                    .map(|(call, text)| {
                        let mut response = json!({"name": call.name, "response": {"output": text}});
                        if !call.id.is_empty() {
                            response["id"] = json!(call.id);
                        }
                        json!({ "functionResponse": response })
                    })
                    .collect();
                self.push(json!({"role": "user", "parts": parts}));
            }
        }
    }

    /// The request for a whole answer.
    pub(crate) fn whole(&self, mp: &Millpond) -> Request {
        self.request(mp, false)
    }

    /// The request for a stream, with usage.
    pub(crate) fn stream(&self, mp: &Millpond) -> Request {
        self.request(mp, true)
    }

    fn request(&self, mp: &Millpond, stream: bool) -> Request {
        let mut body = self.body.clone();
        if stream && self.tongue != Tongue::Gemini {
            body["stream"] = json!(true);
        }
        if stream && self.tongue == Tongue::Chat {
            body["stream_options"] = json!({"include_usage": true});
        }
        let target = match self.tongue {
            Tongue::Chat => "/v1/chat/completions".to_owned(),
            Tongue::Anthropic => "/v1/messages".to_owned(),
            Tongue::Responses => "/v1/responses".to_owned(),
            Tongue::Gemini if stream => format!(
                "/v1beta/models/{}:streamGenerateContent?alt=sse",
                self.model
            ),
            Tongue::Gemini => format!("/v1beta/models/{}:generateContent", self.model),
        };
        let request = mp.post(&format!("{}{target}", self.prefix), &body);
        match self.tongue {
            Tongue::Anthropic => request.header("anthropic-version", "2023-06-01"),
            _ => request,
        }
    }

    /// Sends it, streamed or not, and judges the answer.
    pub(crate) async fn send(&self, mp: &Millpond, stream: bool) -> Said {
        if stream {
            self.said_streamed(mp).await
        } else {
            self.said_whole(mp).await.1
        }
    }

    /// The whole answer, as it is and as it reads.
    pub(crate) async fn said_whole(&self, mp: &Millpond) -> (Value, Said) {
        let answer = self.whole(mp).send().await;
        assert_eq!(
            answer.status,
            200,
            "{:?} to {}: {}",
            self.tongue,
            self.prefix,
            answer.text()
        );
        let body = answer.json();
        let said = sse::whole(self.tongue, &body)
            .unwrap_or_else(|breach| panic!("{self:?}: {breach}: {body}"));
        (body, said)
    }

    async fn said_streamed(&self, mp: &Millpond) -> Said {
        let answer = self.stream(mp).send().await;
        assert_eq!(
            answer.status,
            200,
            "{:?} to {}: {}",
            self.tongue,
            self.prefix,
            answer.text()
        );
        self.judged(&answer)
    }

    /// The answer's stream, judged.
    pub(crate) fn judged(&self, answer: &Answer) -> Said {
        assert!(
            answer.clean,
            "{self:?}: the body broke off: {}",
            answer.text()
        );
        sse::judge(self.tongue, &answer.events())
            .unwrap_or_else(|breach| panic!("{self:?}: {breach}\n{}", answer.text()))
    }
}
