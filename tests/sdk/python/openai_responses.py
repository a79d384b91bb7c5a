"""`openai` for Python, Responses."""

import json

import openai
from pond import (AS_JSON, BOTH, BREAK_OFF, CITY, FROZEN, HELLO, HI, PARIS, PICTURE, PNG, REFUSE, THINK, THOUGHT,
                  Weather, counted, degrees, equal, play, raises, tells_both)

TOOLS = [{"type": "function", "name": "weather", "description": "Looks.", "parameters": CITY, "strict": False}]


def client(up):
    return openai.OpenAI(base_url=up.at("/v1"), api_key=up.key, max_retries=0)


def ask(up, content, **more):
    return client(up).responses.create(model=up.model, input=content, **more)


def text(up):
    answer = ask(up, HELLO)
    equal((answer.output_text, answer.status), (HI, "completed"))
    counted(up, (answer.usage.input_tokens, answer.usage.output_tokens), (11, 7))


def streaming(up):
    with client(up).responses.stream(model=up.model, input=HELLO) as stream:
        kinds = [event.type for event in stream]
        equal(stream.get_final_response().output_text, HI)
    equal((kinds[0], kinds[-1]), ("response.created", "response.completed"))


def results_of(answer):
    calls = [item for item in answer.output if item.type == "function_call"]
    cities = [json.loads(call.arguments)["city"] for call in calls]
    equal(cities, ["Paris", "Oslo"])
    return [{"type": "function_call_output", "call_id": call.call_id, "output": degrees(city)}
            for call, city in zip(calls, cities)]


def tools(up):
    with client(up).responses.stream(model=up.model, input=BOTH, tools=TOOLS) as stream:
        for _ in stream:
            pass
        first = stream.get_final_response()
    said = [{"role": "user", "content": BOTH}, *first.output, *results_of(first)]
    tells_both(ask(up, said, tools=TOOLS, store=False).output_text)


def going_on(up):
    first = ask(up, BOTH, tools=TOOLS)
    last = ask(up, results_of(first), tools=TOOLS, previous_response_id=first.id)
    tells_both(last.output_text)


def images(up):
    picture = {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "auto"}
    equal(ask(up, [{"role": "user", "content": [{"type": "input_text", "text": HELLO}, picture]}]).output_text, PICTURE)


def structured(up):
    parsed = client(up).responses.parse(model=up.model, input=AS_JSON, text_format=Weather)
    equal(parsed.output_parsed, PARIS)


def thinking(up):
    more = {"reasoning": {"effort": "low", "summary": "auto"}, "include": ["reasoning.encrypted_content"]}
    answer = ask(up, THINK, store=False, **more)
    equal(answer.output_text, HI)
    thought = next(item for item in answer.output if item.type == "reasoning")
    equal("".join(part.text for part in thought.summary), THOUGHT)
    # The thought goes back as it came.
    said = [{"role": "user", "content": THINK}, *answer.output, {"role": "user", "content": HELLO}]
    equal(ask(up, said, store=False, **more).output_text, HI)


def errors(up):
    raises(openai.BadRequestError, 400, lambda: ask(up, REFUSE), FROZEN)
    raises(openai.BadRequestError, 400, lambda: ask(up, REFUSE, stream=True), FROZEN)
    raises(openai.BadRequestError, 400, lambda: ask(up, HELLO, temperature="hot"), "temperature")
    raises(openai.NotFoundError, 404, lambda: client(up).responses.create(model="none", input=HELLO), "none")
    lost = lambda: ask(up, HELLO, previous_response_id="resp_never_was")
    raises(openai.BadRequestError, 400, lost, "resp_never_was")
    raises(openai.APIError, None, lambda: list(ask(up, BREAK_OFF, stream=True)), "broke off")
    raises(openai.RateLimitError, 429, lambda: client(up).responses.create(model=up.busy, input=HELLO))


play({"text": text, "streaming": streaming, "tools": tools, "previous response": going_on, "images": images,
      "structured output": structured, "thinking": thinking, "errors": errors})
