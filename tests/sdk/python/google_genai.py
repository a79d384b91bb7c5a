"""`google-genai` for Python."""

import base64
import functools

from google import genai
from google.genai import errors as fault
from google.genai import types
from pond import (AS_JSON, BOTH, BREAK_OFF, CITY, FROZEN, HELLO, HI, PARIS, PICTURE, PNG, REFUSE, THINK, THOUGHT,
                  Weather, counted, degrees, equal, play, raises, tells_both)

TOOL = types.Tool(function_declarations=[
    types.FunctionDeclaration(name="weather", description="Looks.", parameters_json_schema=CITY)])
BY_HAND = types.AutomaticFunctionCallingConfig(disable=True)


# A client must live as long as its calls, so each is kept.
@functools.cache
def client(up, key=None):
    return genai.Client(api_key=key or up.key, vertexai=False, http_options=types.HttpOptions(base_url=up.at()))


def ask(up, contents, model=None, **config):
    config = types.GenerateContentConfig(**config) if config else None
    return client(up).models.generate_content(model=model or up.model, contents=contents, config=config)


def streamed(up, contents, **config):
    config = types.GenerateContentConfig(**config) if config else None
    return list(client(up).models.generate_content_stream(model=up.model, contents=contents, config=config))


def text(up):
    answer = ask(up, HELLO)
    equal((answer.text, answer.candidates[0].finish_reason), (HI, types.FinishReason.STOP))
    counted(up, (answer.usage_metadata.prompt_token_count, answer.usage_metadata.candidates_token_count), (11, 7))


def streaming(up):
    chunks = streamed(up, HELLO)
    equal("".join(chunk.text or "" for chunk in chunks), HI)
    counted(up, chunks[-1].usage_metadata.total_token_count, 18)


def tools(up):
    more = {"tools": [TOOL], "automatic_function_calling": BY_HAND}
    parts = [part for chunk in streamed(up, BOTH, **more) for part in chunk.candidates[0].content.parts or []]
    calls = [part.function_call for part in parts if part.function_call]
    equal([call.args["city"] for call in calls], ["Paris", "Oslo"])
    results = [types.Part(function_response=types.FunctionResponse(
        id=call.id, name=call.name, response={"output": degrees(call.args["city"])})) for call in calls]
    talk = [types.Content(role="user", parts=[types.Part(text=BOTH)]), types.Content(role="model", parts=parts),
            types.Content(role="user", parts=results)]
    tells_both(ask(up, talk, **more).text)


def called_by_the_sdk(up):
    asked = []

    def weather(city: str) -> str:
        """Looks at the weather of a city."""
        asked.append(city)
        return degrees(city)

    tells_both(ask(up, BOTH, tools=[weather]).text)
    equal(asked, ["Paris", "Oslo"])


def images(up):
    picture = types.Part.from_bytes(data=base64.b64decode(PNG), mime_type="image/png")
    equal(ask(up, [HELLO, picture]).text, PICTURE)


def structured(up):
    equal(ask(up, AS_JSON, response_mime_type="application/json", response_schema=Weather).parsed, PARIS)


def thinking(up):
    answer = ask(up, THINK, thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_budget=1024))
    thoughts = [part.text for part in answer.candidates[0].content.parts if part.thought]
    equal(("".join(thoughts), answer.text), (THOUGHT, HI))


def errors(up):
    raises(fault.ClientError, 400, lambda: ask(up, REFUSE), FROZEN)
    raises(fault.ClientError, 400, lambda: streamed(up, REFUSE), FROZEN)
    raises(fault.ClientError, 404, lambda: ask(up, HELLO, model="none"), "none")
    raises(fault.ClientError, 401, lambda: list(client(up, "wrong").models.list()))
    raises(fault.ClientError, 429, lambda: ask(up, HELLO, model=up.busy))
    raises(fault.APIError, None, lambda: streamed(up, BREAK_OFF), "broke off")


def count_tokens(up):
    assert client(up).models.count_tokens(model=up.model, contents=HELLO).total_tokens > 0


def models(up):
    assert f"models/{up.model}" in [one.name for one in client(up).models.list()]
    equal(client(up).models.get(model=up.model).name, f"models/{up.model}")


def embeddings(up):
    if up.embedding is None:
        raises(fault.ClientError, 400, lambda: client(up).models.embed_content(model=up.model, contents=HELLO), "embed")
        return
    # Texts in a list are one content to this SDK, where the model takes several media.
    texts = [types.Content(parts=[types.Part(text=text)]) for text in (HELLO, "Hello again")]
    answer = client(up).models.embed_content(model=up.embedding, contents=texts)
    equal(len(answer.embeddings), 2)
    assert all(isinstance(number, float) for one in answer.embeddings for number in one.values)


play({"text": text, "streaming": streaming, "tools": tools, "functions called by the SDK": called_by_the_sdk,
      "images": images, "structured output": structured, "thinking": thinking, "errors": errors,
      "count_tokens": count_tokens, "models": models, "embeddings": embeddings})
