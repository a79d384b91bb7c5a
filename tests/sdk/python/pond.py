"""What all scenario tables share: where the pond is, what is said there, and how a table is run.

The driver tells by POND (JSON): `url` and `key` of each upstream's Millpond, its `pool`, its `model`, and so on. Each
scenario is told to the driver as one line of JSON.
"""

import json
import os
import sys
import time
import traceback
from dataclasses import dataclass

from pydantic import BaseModel

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
HELLO, BOTH, AS_JSON = "Hello", "weather of both", "as JSON"
THINK, REFUSE, BREAK_OFF = "think first", "refuse this", "break off"
HI, PICTURE, THOUGHT = "Hello from the pond.", "I see 1 picture.", "Deep water."
FROZEN = "the pond is frozen"


class Weather(BaseModel):
    """What the model says when it is asked for JSON."""

    city: str
    degrees: int


PARIS = Weather(city="Paris", degrees=5)


@dataclass(frozen=True, eq=False)
class Upstream:
    """One upstream behind a Millpond."""

    name: str
    url: str
    key: str
    pool: str
    model: str
    busy: str
    embedding: str | None
    only: list[str] | None
    counts: bool

    def at(self, path=""):
        """The address of its pool."""
        return f"{self.url}/{self.pool}{path}"


def counted(up, seen, wanted):
    """The tokens; where a service tells none, an estimate stands there."""
    if up.counts:
        equal(seen, wanted)
    else:
        assert all(count > 0 for count in (seen if isinstance(seen, tuple) else (seen,))), seen


def equal(seen, wanted):
    assert seen == wanted, f"{seen!r} is not {wanted!r}"


def degrees(city):
    """What the tool of the scenarios answers."""
    return f"{city}: {len(city)} degrees"


def tells_both(text):
    """The model repeats the results of its tools."""
    assert degrees("Paris") in text and degrees("Oslo") in text, text


def raises(kind, status, call, words=""):
    """The call fails with the SDK's own class of error, which tells status and cause."""
    try:
        call()
    except kind as error:
        if status is not None:
            seen = getattr(error, "status_code", None) or getattr(error, "code", None)
            equal(seen, status)
        assert words in str(error), f"{words!r} is not in {error}"
        return error
    raise AssertionError(f"{kind.__name__} was expected")


def own_frames(error):
    """Where in these files it happened: the SDK's own many frames say nothing more."""
    here = os.path.dirname(__file__)
    frames = traceback.extract_tb(error.__traceback__)
    return [f"  {os.path.basename(f.filename)}:{f.lineno}: {f.line}" for f in frames if f.filename.startswith(here)]


def play(table):
    """Runs a table of scenarios against every upstream."""
    for told in json.loads(os.environ["POND"]):
        upstream = Upstream(**told)
        for name, scenario in table.items():
            if upstream.only is not None and name not in upstream.only:
                continue
            began, failed = time.monotonic(), None
            try:
                scenario(upstream)
            except Exception as error:  # noqa: BLE001: whatever it is, the table goes on
                failed = "\n".join([*own_frames(error), f"{type(error).__name__}: {error}"])
            line = {
                "upstream": upstream.name,
                "scenario": name,
                "seconds": time.monotonic() - began,
                "failed": failed,
            }
            print(json.dumps(line), flush=True)
    sys.exit(0)
