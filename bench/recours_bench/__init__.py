"""How fast Recours is, as ratios: each figure against the least that the same work can cost, in the same run.

A speed in requests a second says more about the machine than about the code. A ratio to what bare SQL reaches on the
same machine, in the same minute, at the same durability, says what the layers in between cost.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module

from recours_bench.figures import Figure, show

BENCHES: dict[str, tuple[str, str]] = {
    # name: (module, which has `figures() -> Iterator[Figure]`; the line in the list)
    "open": ("recours_bench.opening", "Ouvrir une réclamation, contre les mêmes requêtes en psycopg nu."),
    "sweep": ("recours_bench.sweeping", "Balayer 100 000 échéances, contre les mêmes lignes en SQL nu."),
    "import": ("recours_bench.importing", "Importer 100 000 lignes de commandes, contre COPY."),
    "refund": (
        "recours_bench.refunding",
        "Préparer, envoyer et noter un remboursement, contre les mêmes requêtes en psycopg nu.",
    ),
    "http": ("recours_bench.http", "Ouvrir par HTTP, à huit de front sur deux processus."),
    "live": ("recours_bench.living", "Cinq cents pages ouvertes, et ce que les autres en sentent."),
    "pages": (
        "recours_bench.pages",
        "La file du bureau et la page d'une réclamation, de mille à un million. (RECOURS_BENCH_CLAIMS=100000 : moins.)",
    ),
    "desk": (
        "recours_bench.desk",
        "La journée d'un agent et sa recherche, à un million de réclamations et dix millions de messages.",
    ),
    "search": (
        "recours_bench.search",
        "Chercher dans 5 000 articles d'aide, contre une requête plein texte nue.",
    ),
    "upload": (
        "recours_bench.uploading",
        "Donner une photo de 4 Mo par HTTP, contre Pillow seul et le disque seul.",
    ),
    "webhooks": (
        "recours_bench.webhooks",
        "Une rafale de webhooks gardés par HTTP, contre les mêmes lignes en INSERT nus, puis l'arriéré.",
    ),
    "dossier": ("recours_bench.papers", "Le dossier d'une réclamation en PDF, contre Typst seul."),
    "guide": ("recours_bench.guiding", "La page de résultat du guide, contre sa première page."),
    "letter": ("recours_bench.letters", "Une lettre formelle en PDF, contre Typst seul."),
}


def main(names: tuple[str, ...], *, as_json: bool) -> int:
    """Run the named benches, all of them without names; return 1 when a figure misses its aim."""
    if names == ("list",):
        for name, (_, line) in BENCHES.items():
            print(f"{name:8} {line}")
        return 0
    unknown = set(names) - BENCHES.keys()
    if unknown:
        print(f"Inconnu : {', '.join(sorted(unknown))}. La liste : ./run bench list", file=sys.stderr)
        return 2
    if len(names) == 1:
        return _run(names[0], as_json=as_json)
    # A process for each: Django is set up for one database, and memory used by one is no concern of the next.
    options = ["--json"] if as_json else []
    command = [sys.executable, "-m", "recours_bench", *options]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    statuses = [
        subprocess.run([*command, name], env=environment, check=False).returncode for name in names or BENCHES
    ]
    return max(statuses)


def _run(name: str, *, as_json: bool) -> int:
    from recours_bench.rig import rig  # after the path is set

    with rig():
        figures: list[Figure] = []
        for figure in import_module(BENCHES[name][0]).figures():
            figures.append(figure)
            if as_json:
                print(json.dumps({"bench": name, **figure.plain()}, ensure_ascii=False), flush=True)
    if not as_json:
        show(name, figures)
    return int(any(figure.is_met is False for figure in figures))
