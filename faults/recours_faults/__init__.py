"""Whole claims under fire: what was promised stands, whatever falls.

`./run faults` starts an installation of its own (PostgreSQL, two web processes, two workers, the simulated provider),
leads claims from their opening to their refund by HTTP, and meanwhile kills, cuts and lies, as the seed says. Then a
checker that reads only the database, the provider's journal and what each person was told says what is lost, doubled,
stuck or untrue.

`installation` the processes · `cutter` the wire to the database · `people` who click · `lives` what they want ·
`storm` what befalls them · `checker` the truth afterwards.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

DEFAULT_LIFECYCLES = 300


def main(*, lifecycles: int, seed: int, keep: Path | None, as_json: bool) -> int:
    """Run, check, print; return 1 when something is lost, doubled, stuck or untrue, or a rare branch was missed."""
    from recours_faults.installation import installation
    from recours_faults.run import run

    # Whoever ends us ends what we started too: by default we would leave an installation behind.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="recours-faults-"))
    folder.chmod(0o755)  # PostgreSQL runs under another account when we are root
    try:
        with installation(folder, seed=seed) as site:
            outcome = run(site, lifecycles=lifecycles, seed=seed, say=_say)
    finally:
        if keep is not None:
            shutil.copytree(folder / "journals", keep, dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    outcome.seconds = round(time.monotonic() - started)
    print(json.dumps(outcome.plain(), ensure_ascii=False) if as_json else outcome.text())
    return int(not outcome.is_clean)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
