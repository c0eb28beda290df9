"""How the web server is called, and the stream beside it: Granian, whose own GRANIAN_* variables all apply."""

import os
import sys

WORKERS = 2
THREADS = 4
"""Requests served at once by each worker, each with its own connection to the database."""
APPLICATION = "recours.config.wsgi:application"
STREAM = "recours.live.stream:application"
MOST_STREAMS = 20_000
"""Open pages that one process holds; the machine's limit of files may be lower."""


def web_arguments() -> list[str]:
    return [sys.executable, "-P", "-m", "granian", APPLICATION]


def web_environment(*, host: str, port: int) -> dict[str, str]:
    """Return what to add to the environment of the web server; what the operator set as GRANIAN_* wins."""
    defaults = {
        "GRANIAN_INTERFACE": "wsgi",
        "GRANIAN_HOST": host,
        "GRANIAN_PORT": str(port),
        "GRANIAN_WORKERS": str(WORKERS),
        "GRANIAN_BLOCKING_THREADS": str(THREADS),
        # A thread that ends would give up its connection, and the next request would open one.
        "GRANIAN_BLOCKING_THREADS_IDLE_TIMEOUT": "600",
        "GRANIAN_RESPAWN_FAILED_WORKERS": "true",
        "GRANIAN_WORKERS_KILL_TIMEOUT": "20",
        "GRANIAN_LOG_LEVEL": "warning",
    }
    environment = {name: os.environ.get(name) or value for name, value in defaults.items()}
    # One connection per thread, and one to spare for the moment a thread is replaced.
    environment["RECOURS_POOL_SIZE"] = os.environ.get("RECOURS_POOL_SIZE") or str(
        int(environment["GRANIAN_BLOCKING_THREADS"]) + 1
    )
    environment["DJANGO_SETTINGS_MODULE"] = "recours.config.settings"
    return environment


def live_arguments() -> list[str]:
    return [sys.executable, "-P", "-m", "granian", STREAM]


def live_environment(*, host: str, port: int) -> dict[str, str]:
    """Return what to add to the environment of the process that open pages listen to: one, whatever the web's are."""
    return {
        "GRANIAN_INTERFACE": "asgi",
        "GRANIAN_HOST": host,
        "GRANIAN_PORT": str(port),
        "GRANIAN_WORKERS": "1",
        "GRANIAN_BACKPRESSURE": str(MOST_STREAMS),
        "GRANIAN_WORKERS_KILL_TIMEOUT": "2",  # its pages come back by themselves
        "GRANIAN_RESPAWN_FAILED_WORKERS": "true",
        "GRANIAN_LOG_LEVEL": os.environ.get("GRANIAN_LOG_LEVEL") or "warning",
        "RECOURS_POOL_SIZE": "0",
        "DJANGO_SETTINGS_MODULE": "recours.config.settings",
    }
