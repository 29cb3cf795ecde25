"""The web client in Firefox: an invitation, messages both ways, loaded anew, read offline.

The other journeys are tried in Chromium (clients/web/tests/client/slow). This one finds what
only Firefox does otherwise: it has no ML-KEM of its own, another IndexedDB and service worker.
"""

import asyncio
import re
import shutil
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.cross.node import WEB
from tests.support import firefox
from tests.support.push_service import PushService
from tests.support.server import PASSWORD, running_server
from tests.support.web_office import Office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

READY = (
    "() => navigator.serviceWorker.ready.then(() => caches.keys()).then((all) => all.length > 0)"
)


async def built() -> Path:
    """Return a build of the web client, the one that its own tests have made if they run too."""
    script = (
        "const { runnerImport } = await import('vite');"
        "const { module } = await runnerImport('./tests/support/kept_build.ts');"
        "console.log(await module.kept('client'));"
    )
    process = await asyncio.create_subprocess_exec(
        "node", "--input-type=module", "--eval", script, cwd=WEB, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return Path(said.decode().splitlines()[-1])


async def enter(page: firefox.Page, link: str) -> None:
    """Follow an invitation, choose a password, write the words down."""
    await page.go(link)
    await page.type("Your new password", PASSWORD)
    await page.click("button", "Continue")
    await page.sees("h1, h2", "Your 16 recovery words")
    shown = await page.evaluate(
        "() => [...document.querySelectorAll('li')].filter((each) => each.checkVisibility())"
        ".map((each) => each.textContent).join(' ')"
    )
    words = re.findall(r"[a-z]+", str(shown))
    assert len(words) == 16
    await page.click("button", "They are on paper")
    asked = re.search(r"\d+", await page.sees("h1, h2", "Which one is word"))
    assert asked is not None
    await page.type("Word", words[int(asked[0]) - 1])
    await page.click("button", "Continue")
    await page.until("() => !!document.querySelector('nav[aria-label=Conversations]')")


async def test_somebody_comes_in_writes_and_reads_offline(tmp_path: Path) -> None:
    program = firefox.found()
    if program is None:
        pytest.skip("no Firefox: install the package firefox-esr, or name one with FIREFOX")
    if shutil.which("node") is None or not (WEB / "node_modules" / ".bin" / "vite").exists():
        pytest.skip("no web client: building it needs Node 20.19 or newer (make install-web)")
    client = await built()
    async with AsyncExitStack() as until_end, AsyncExitStack() as online:
        page = await until_end.enter_async_context(firefox.firefox(program, tmp_path))
        server = await online.enter_async_context(running_server(tmp_path / "server", client))
        await server.add_device(server.admin)
        office = Office(server, tmp_path, online, PushService(time.time))
        await enter(page, await office.invite("anna"))
        await office.join("bo")
        conversation = await office.direct("bo", "anna")
        await office.send("bo", conversation, "Hello Anna")
        await page.click("a", "Hello Anna")
        await page.sees("article", "Hello Anna")
        await page.type("Message to", "Hello Bo, from Firefox")
        await page.click("form button", "Send")  # no mouse is here: the Enter key begins a line
        assert await office.reads("bo", "Hello Bo, from Firefox") == conversation

        await page.reload()
        await page.sees("article", "Hello Anna")
        await office.send("bo", conversation, "Still there?")
        await page.sees("article", "Still there?")
        await page.until(READY)
        assert page.errors == []
        assert {each for each in page.asked if not each.startswith(server.url)} <= {"about:blank"}

        await online.aclose()  # the server is gone, and so are its colleagues
        await page.reload()
        await page.sees("article", "Hello Anna")
        await page.sees("article", "Still there?")
        await page.sees("*", "No connection. You can read and write")
        await page.type("Message to", "Written offline")
        await page.click("form button", "Send")
        await page.sees("article", "Written offline")
