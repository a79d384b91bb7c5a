"""`openai` for Python, Chat Completions."""

import asyncio
import json

import openai
from pond import (AS_JSON, BOTH, BREAK_OFF, CITY, FROZEN, HELLO, HI, PARIS, PICTURE, PNG, REFUSE, THINK, THOUGHT,
                  Weather, counted, degrees, equal, play, raises, tells_both)

TOOLS = [{"type": "function", "function": {"name": "weather", "description": "Looks.", "parameters": CITY}}]


def client(up, key=None):
    return openai.OpenAI(base_url=up.at("/v1"), api_key=key or up.key, max_retries=0)


def user(content):
    return {"role": "user", "content": content}


def ask(up, content, **more):
    return client(up).chat.completions.create(model=up.model, messages=[user(content)], **more)


def text(up):
    answer = ask(up, HELLO)
    equal(answer.choices[0].message.content, HI)
    equal(answer.choices[0].finish_reason, "stop")
    counted(up, (answer.usage.prompt_tokens, answer.usage.completion_tokens), (11, 7))


def streaming(up):
    chunks = list(ask(up, HELLO, stream=True, stream_options={"include_usage": True}))
    equal("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), HI)
    counted(up, chunks[-1].usage.total_tokens, 18)


def asynchronous(up):
    async def run():
        async with openai.AsyncOpenAI(base_url=up.at("/v1"), api_key=up.key, max_retries=0) as one:
            stream = await one.chat.completions.create(model=up.model, messages=[user(HELLO)], stream=True)
            return "".join([c.choices[0].delta.content or "" async for c in stream if c.choices])

    equal(asyncio.run(run()), HI)


def tools(up):
    messages = [user(BOTH)]
    with client(up).chat.completions.stream(model=up.model, messages=messages, tools=TOOLS) as stream:
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    cities = [json.loads(call.function.arguments)["city"] for call in message.tool_calls]
    equal(cities, ["Paris", "Oslo"])
    results = [{"role": "tool", "tool_call_id": call.id, "content": degrees(city)}
               for call, city in zip(message.tool_calls, cities)]
    # What the helper has parsed is the SDK's own, and no field of the API.
    calls = [{"id": call.id, "type": "function",
              "function": {"name": call.function.name, "arguments": call.function.arguments}}
             for call in message.tool_calls]
    said = {"role": "assistant", "content": message.content, "tool_calls": calls}
    last = client(up).chat.completions.create(model=up.model, messages=[*messages, said, *results], tools=TOOLS)
    tells_both(last.choices[0].message.content)


def images(up):
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}
    equal(ask(up, [{"type": "text", "text": HELLO}, picture]).choices[0].message.content, PICTURE)


def structured(up):
    parsed = client(up).chat.completions.parse(model=up.model, messages=[user(AS_JSON)], response_format=Weather)
    equal(parsed.choices[0].message.parsed, PARIS)


def thinking(up):
    answer = ask(up, THINK, reasoning_effort="low").choices[0].message
    equal((answer.reasoning_content, answer.content), (THOUGHT, HI))
    streamed = list(ask(up, THINK, reasoning_effort="low", stream=True))
    deltas = [chunk.choices[0].delta for chunk in streamed if chunk.choices]
    equal("".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas), THOUGHT)


def errors(up):
    raises(openai.BadRequestError, 400, lambda: ask(up, REFUSE), FROZEN)
    raises(openai.BadRequestError, 400, lambda: ask(up, REFUSE, stream=True), FROZEN)
    raises(openai.BadRequestError, 400, lambda: ask(up, HELLO, temperature="hot"), "temperature")
    unknown = lambda: client(up).chat.completions.create(model="none", messages=[user(HELLO)])
    raises(openai.NotFoundError, 404, unknown, "none")
    raises(openai.AuthenticationError, 401, client(up, "wrong").models.list)
    raises(openai.APIError, None, lambda: list(ask(up, BREAK_OFF, stream=True)), "broke off")
    busy = lambda: client(up).chat.completions.create(model=up.busy, messages=[user(HELLO)])
    limited = raises(openai.RateLimitError, 429, busy)
    assert int(limited.response.headers["retry-after"]) > 0


def models(up):
    listed = client(up).models.list()
    assert up.model in [one.id for one in listed], listed
    equal(client(up).models.retrieve(up.model).id, up.model)


def embeddings(up):
    if up.embedding is None:
        raises(openai.BadRequestError, 400, lambda: client(up).embeddings.create(model=up.model, input=HELLO), "embed")
        return
    one = client(up).embeddings.create(model=up.embedding, input=[HELLO, "Hello again"])
    equal([datum.index for datum in one.data], [0, 1])
    assert all(isinstance(number, float) for datum in one.data for number in datum.embedding)


play({"text": text, "streaming": streaming, "async": asynchronous, "tools": tools, "images": images,
      "structured output": structured, "thinking": thinking, "errors": errors, "models": models,
      "embeddings": embeddings})
