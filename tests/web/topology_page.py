"""The page's topology in a process of Node, which tries random gestures on lands and says what it makes of them."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from api.land_answers import land_answer

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
NODE = shutil.which("node", path=f"{ROOT / '.tools/node/bin'}{os.pathsep}{os.environ['PATH']}")


def bundled(folder):
    """The page's side as one file that Node runs."""
    vite = [NODE, "node_modules/vite/bin/vite.js", "build", "--logLevel", "error"]
    subprocess.run([*vite, "--ssr", "tests/topology/agreement.ts", "--outDir", folder, "--emptyOutDir"], cwd=WEB, check=True)
    return (folder / "agreement.js").rename(folder / "agreement.mjs")


class Page:
    """A process that answers a line with a line; see web/tests/topology/agreement.ts."""

    def __init__(self, bundle):
        self._process = subprocess.Popen([NODE, bundle], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **question):
        """What the page answers."""
        self._process.stdin.write(f"{json.dumps(question)}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


def told(place):
    """A place as the server tells it to the page."""
    return land_answer(place, at=datetime(2026, 1, 1, tzinfo=UTC), synthetic=True, incidents={})
