"""`anthropic` for Python."""

import asyncio

import anthropic
from pond import (AS_JSON, BOTH, BREAK_OFF, CITY, FROZEN, HELLO, HI, PARIS, PICTURE, PNG, REFUSE, THINK, THOUGHT,
                  Weather, counted, degrees, equal, play, raises, tells_both)

TOOLS = [{"name": "weather", "description": "Looks.", "input_schema": CITY}]


def client(up, key=None):
    return anthropic.Anthropic(base_url=up.at(), api_key=key or up.key, max_retries=0)


def user(content):
    return {"role": "user", "content": content}


def said(up, content, **more):
    return {"model": up.model, "max_tokens": 2048, "messages": [user(content)], **more}


def text(up):
    answer = client(up).messages.create(**said(up, HELLO))
    equal((answer.content[0].text, answer.stop_reason), (HI, "end_turn"))
    counted(up, (answer.usage.input_tokens, answer.usage.output_tokens), (11, 7))


def streaming(up):
    with client(up).messages.stream(**said(up, HELLO)) as stream:
        equal("".join(stream.text_stream), HI)
        counted(up, stream.get_final_message().usage.output_tokens, 7)


def asynchronous(up):
    async def run():
        async with anthropic.AsyncAnthropic(base_url=up.at(), api_key=up.key, max_retries=0) as one:
            async with one.messages.stream(**said(up, HELLO)) as stream:
                return await stream.get_final_text()

    equal(asyncio.run(run()), HI)


def round_trip(up, **more):
    with client(up).messages.stream(**said(up, BOTH, tools=TOOLS, **more)) as stream:
        message = stream.get_final_message()
    equal(message.stop_reason, "tool_use")
    calls = [block for block in message.content if block.type == "tool_use"]
    equal([call.input["city"] for call in calls], ["Paris", "Oslo"])
    results = [{"type": "tool_result", "tool_use_id": call.id, "content": degrees(call.input["city"])}
               for call in calls]
    talk = said(up, BOTH, tools=TOOLS, **more)
    talk["messages"] += [{"role": "assistant", "content": message.content}, user(results)]
    tells_both(client(up).messages.create(**talk).content[-1].text)
    return message


def tools(up):
    round_trip(up)


def images(up):
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
    answer = client(up).messages.create(**said(up, [{"type": "text", "text": HELLO}, picture]))
    equal(answer.content[0].text, PICTURE)


def structured(up):
    equal(client(up).messages.parse(**said(up, AS_JSON), output_format=Weather).parsed_output, PARIS)


def thinking(up):
    budget = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    answer = client(up).messages.create(**said(up, THINK, **budget))
    equal([block.type for block in answer.content], ["thinking", "text"])
    equal((answer.content[0].thinking, answer.content[1].text), (THOUGHT, HI))
    # The thought goes back as it came.
    talk = said(up, THINK, **budget)
    talk["messages"] += [{"role": "assistant", "content": answer.content}, user(HELLO)]
    equal(client(up).messages.create(**talk).content[-1].text, HI)


def errors(up):
    create = client(up).messages.create
    raises(anthropic.BadRequestError, 400, lambda: create(**said(up, REFUSE)), FROZEN)
    raises(anthropic.BadRequestError, 400, lambda: create(**said(up, REFUSE), stream=True), FROZEN)
    raises(anthropic.BadRequestError, 400, lambda: create(**said(up, HELLO, stop_sequences="none")), "stop_sequences")
    raises(anthropic.NotFoundError, 404, lambda: create(**said(up, HELLO, model="none")), "none")
    raises(anthropic.AuthenticationError, 401, client(up, "wrong").models.list)
    raises(anthropic.APIError, None, lambda: list(create(**said(up, BREAK_OFF), stream=True)), "broke off")
    limited = raises(anthropic.RateLimitError, 429, lambda: create(**said(up, HELLO, model=up.busy)))
    assert int(limited.response.headers["retry-after"]) > 0


def count_tokens(up):
    short = client(up).messages.count_tokens(model=up.model, messages=[user(HELLO)])
    long = client(up).messages.count_tokens(model=up.model, messages=[user(HELLO * 400)], tools=TOOLS)
    assert 0 < short.input_tokens < long.input_tokens, (short, long)


def models(up):
    assert up.model in [one.id for one in client(up).models.list()]
    equal(client(up).models.retrieve(up.model).id, up.model)


play({"text": text, "streaming": streaming, "async": asynchronous, "tools": tools, "images": images,
      "structured output": structured, "thinking": thinking, "errors": errors, "count_tokens": count_tokens,
      "models": models})
