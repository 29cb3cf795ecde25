"""Firefox as a person uses it, by WebDriver BiDi over its own socket: no driver, no package.

Debian's or whichever FIREFOX names. What is looked for is looked for again until it is there:
a machine under load is slow, not wrong.
"""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp

SECONDS: Final = 120.0
LOOK_SECONDS: Final = 0.1
_LISTENS: Final = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")
_PREFERENCES: Final = """\
user_pref("intl.accept_languages", "en-GB, en");
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "");
user_pref("toolkit.telemetry.enabled", false);
"""
"""It shall ask nobody but the page's own server."""

_FIND: Final = """\
(selector, text) => [...document.querySelectorAll(selector)].find((each) =>
  each.checkVisibility() &&
  `${each.ariaLabel ?? ""} ${each.textContent}`.replace(/[\\u2066-\\u2069]/g, "").includes(text))
"""
_FIELD: Final = """\
(text) => [...document.querySelectorAll("input, textarea")].find((each) =>
  `${each.ariaLabel ?? ""} ${[...(each.labels ?? [])].map((label) => label.textContent).join(" ")}`
    .replace(/[\\u2066-\\u2069]/g, "").includes(text))
"""


def found() -> str | None:
    """Return the program, if there is one."""
    named = os.environ.get("FIREFOX") or "firefox-esr"
    return shutil.which(named) or shutil.which("firefox")


@dataclass(slots=True)
class Page:
    """One tab.

    Attributes:
        errors: What went wrong in it, as its console says.
        asked: The address of every request.
    """

    socket: aiohttp.ClientWebSocketResponse
    context: str = ""
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _number: int = 0

    async def command(self, method: str, **parameters: object) -> dict[str, object]:
        """Say something to the browser and return its answer."""
        self._number += 1
        number = self._number
        await self.socket.send_json({"id": number, "method": method, "params": parameters})
        async for message in self.socket:
            said = json.loads(message.data)
            if said.get("type") == "event":
                self._note(said["method"], said["params"])
            elif said.get("id") == number:
                assert said["type"] == "success", said
                return dict(said["result"])
        raise AssertionError("Firefox has gone")

    async def evaluate(self, function: str, *given: str) -> object:
        """Call a function in the page with texts; return a text, number or truth."""
        answer = await self.command(
            "script.callFunction",
            functionDeclaration=function,
            awaitPromise=True,
            arguments=[{"type": "string", "value": each} for each in given],
            target={"context": self.context},
            userActivation=True,
        )
        assert answer["type"] == "success", answer
        result = answer["result"]
        assert isinstance(result, dict)
        return result.get("value")

    async def until(self, function: str, *given: str) -> object:
        """Call a function in the page until it returns something true."""
        for _ in range(round(SECONDS / LOOK_SECONDS)):
            if result := await self.evaluate(function, *given):
                return result
            await asyncio.sleep(LOOK_SECONDS)
        shown = await self.evaluate("() => document.body.innerText.slice(0, 2000)")
        raise AssertionError(f"{given} is not there; {self.errors} {shown}")

    async def sees(self, selector: str, text: str) -> str:
        """Wait for something with a text, and return all of its text."""
        function = f"(selector, text) => ({_FIND})(selector, text)?.textContent ?? ''"
        return str(await self.until(function, selector, text))

    async def click(self, selector: str, text: str) -> None:
        """Click something with a text, once it is there and can be."""
        await self.until(
            f"(selector, text) => {{ const it = ({_FIND})(selector, text);"
            " if (!it || it.disabled) return false; it.click(); return true; }",
            selector,
            text,
        )

    async def type(self, label: str, text: str) -> None:
        """Type into the field of a label, key by key."""
        await self.until(
            f"(text) => {{ const it = ({_FIELD})(text); it?.focus(); return !!it; }}", label
        )
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": keys}]
        await self.command("input.performActions", context=self.context, actions=actions)

    async def go(self, address: str) -> None:
        """Open an address."""
        await self.command(
            "browsingContext.navigate", context=self.context, url=address, wait="none"
        )

    async def reload(self) -> None:
        """Load the page anew."""
        await self.command("browsingContext.reload", context=self.context, wait="none")

    def _note(self, method: str, said: dict[str, object]) -> None:
        if method == "log.entryAdded" and said.get("level") == "error":
            self.errors.append(str(said.get("text")))
        elif method == "network.beforeRequestSent":
            request = said["request"]
            assert isinstance(request, dict)
            self.asked.append(str(request["url"]))


@asynccontextmanager
async def firefox(program: str, folder: Path) -> AsyncIterator[Page]:
    """Start Firefox with an empty profile and a tab; it is gone when the block ends."""
    profile = folder / "firefox"
    profile.mkdir()
    (profile / "user.js").write_text(_PREFERENCES)
    process = await asyncio.create_subprocess_exec(
        program, "--headless", "--no-remote", "--profile", str(profile),
        "--remote-debugging-port=0", stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    reading: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(SECONDS):
            address = await _address(process)
        reading = asyncio.create_task(_read_on(process))
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{address}/session", max_msg_size=0) as socket,
        ):
            page = Page(socket)
            await page.command("session.new", capabilities={})
            made = await page.command("browsingContext.create", type="tab")
            page.context = str(made["context"])
            events = ["log.entryAdded", "network.beforeRequestSent"]
            await page.command("session.subscribe", events=events, contexts=[page.context])
            yield page
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        if reading is not None:
            await reading


async def _address(process: asyncio.subprocess.Process) -> str:
    """Return where it listens, which it says among other things."""
    assert process.stderr is not None
    async for line in process.stderr:
        if match := _LISTENS.search(line):
            return match[1].decode()
    raise AssertionError("Firefox does not start")


async def _read_on(process: asyncio.subprocess.Process) -> None:
    """Read what it says further, so that it can go on saying it."""
    assert process.stderr is not None
    async for _ in process.stderr:
        pass
