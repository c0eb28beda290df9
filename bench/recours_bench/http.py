"""Opening a claim as people do: the button of the wizard's last page, at eight at a time, on two web processes.

Beside it, at the same concurrency: the statements that this request sends, by bare psycopg on two processes; and a
view that does nothing, which is what the web server, the middleware and the load generator cost together.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from recours_bench.figures import Figure, timed
from recours_bench.rig import uri_of

AT_ONCE, PROCESSES = 8, 2
EACH = int(os.environ.get("RECOURS_BENCH_EACH", "150"))
"""Requests of each of the eight."""
ROUNDS = 6
WARM = 15
SECRET = "a" * 32
"""A CSRF token; the cookie and the form must agree, and nothing more."""

Post = tuple[str, str, str]
"""Path, session and draft."""


def figures() -> Iterator[Figure]:
    from recours.cli.setup import prepare_to_serve
    from recours_bench.world import a_place, analyse, orders

    prepare_to_serve()
    place = a_place()
    sessions = [_session(user_id) for user_id in place.users[:AT_ONCE]]
    # One buyer for each of the eight, as the first eight of the marketplace come round.
    bought = orders(place, AT_ONCE * (EACH + WARM) + AT_ONCE * EACH, buyers=AT_ONCE)
    owner = dict(zip(place.buyers, zip(place.users, sessions, strict=False), strict=False))
    posts: dict[str, list[Post]] = {session: [] for session in sessions}
    for order_id, _, buyer_id, _ in bought:
        user_id, session = owner[buyer_id]
        draft = _draft(place, user_id, order_id)
        posts[session].append((f"/orders/{order_id}/dispute/summary/", session, draft))
    analyse()
    ours = [mine[: EACH + WARM] for mine in posts.values()]
    theirs = [_taken_down(mine[EACH + WARM :]) for mine in posts.values()]
    opening = bare = nothing = 0.0
    with _server() as port, _bare(theirs) as bare_round:
        _at_once([_poster(port, mine[:WARM]) for mine in ours])
        # In turn, so that all three meet the same noise.
        for begin in range(WARM, WARM + EACH, EACH // ROUNDS):
            with timed() as watch:
                _at_once([_poster(port, mine[begin : begin + EACH // ROUNDS]) for mine in ours])
            opening += watch.seconds
            bare += bare_round()
            with timed() as watch:
                _at_once([_getter(port, EACH // ROUNDS)] * AT_ONCE)
            nothing += watch.seconds
    done = AT_ONCE * EACH
    yield Figure("ouvrir par HTTP, huit de front", done / opening, "par s")
    yield Figure(
        "les mêmes requêtes en psycopg nu", done / bare, "par s", note=f"{len(theirs[0][0])} requêtes SQL"
    )
    yield Figure("rapport", bare / opening, "fois", aim=0.25, bound="at least")
    yield Figure("une vue qui ne fait rien", done / nothing, "par s")
    yield Figure("rapport à la vue qui ne fait rien", nothing / opening, "fois")


def _session(user_id: Any) -> str:
    """Sign somebody in, as the login page does, and return the session's key."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from recours.people.models import User

    store = SessionStore()
    user = User.objects.get(pk=user_id)
    store[SESSION_KEY] = str(user_id)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _draft(place: Any, user_id: Any, order_id: Any) -> str:
    """A draft that is ready to be sent."""
    from recours import clock
    from recours.claims.models import Draft
    from recours_bench.world import EXPLANATION

    answers = {
        "ground": {"ground": ["damaged"]},
        "wanted": {"remedy": ["refund"], "amount": ["89,90 €"], "goods_return": ["no"]},
        "story": {"explanation": [EXPLANATION]},
    }
    made = Draft.objects.create(
        user_id=user_id,
        marketplace=place.marketplace,
        order_id=order_id,
        answers=answers,
        saved_at=clock.now(),
    )
    return str(made.pk)


def _form(draft: str) -> str:
    return urlencode({"draft": draft, "csrfmiddlewaretoken": SECRET})


def _cookies(session: str) -> str:
    return f"sessionid={session}; csrftoken={SECRET}"


def _taken_down(posts: Sequence[Post]) -> list[list[Any]]:
    """Take down the statements of each request, whose effects are undone."""
    from django.test import Client

    from recours_bench.statements import taken_down

    found = []
    for path, session, draft in posts:
        client = Client(SERVER_NAME="localhost")
        client.cookies.load(_cookies(session))
        with taken_down() as statements:
            response = client.post(path, _form(draft), content_type="application/x-www-form-urlencoded")
        if response.status_code != 302 or "/claims/" not in response["Location"]:
            raise RuntimeError(f"{path}: {response.status_code}")
        found.append(statements)
    return found


@contextmanager
def _server() -> Iterator[int]:
    """The web server as `recours serve` starts it."""
    from recours.cli.web import web_arguments, web_environment

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = os.environ | web_environment(host="127.0.0.1", port=port)
    environment["GRANIAN_WORKERS"] = str(PROCESSES)
    with subprocess.Popen(web_arguments(), env=environment, start_new_session=True) as server:
        try:
            _wait_for(port, server)
            yield port
        finally:
            server.terminate()
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("the web server did not start")
        try:
            _get(http.client.HTTPConnection("127.0.0.1", port), "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the web server does not answer")


def _poster(port: int, posts: Sequence[Post]) -> Callable[[], None]:
    def run() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for path, session, draft in posts:
            headers = {"Cookie": _cookies(session), "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", path, _form(draft), headers)
            response = connection.getresponse()
            body = response.read()
            if response.status != 302 or "/claims/" not in (response.getheader("Location") or ""):
                raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")

    return run


def _getter(port: int, number: int) -> Callable[[], None]:
    def run() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(number):
            _get(connection, "/healthz")

    return run


def _get(connection: http.client.HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status}")


def _at_once(acts: Sequence[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()


@contextmanager
def _bare(lists: Sequence[Sequence[Any]]) -> Iterator[Callable[[], float]]:
    """Two processes of four threads, like the web server; each call sends the next share and returns its seconds."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES + 1)
    share = len(lists) // PROCESSES
    workers = [
        context.Process(
            target=send_all,
            args=(uri_of(), list(lists[n * share : (n + 1) * share]), barrier, sys.path),
            daemon=True,
        )
        for n in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    barrier.wait(timeout=60)

    def next_round() -> float:
        barrier.wait(timeout=60)
        with timed() as watch:
            barrier.wait(timeout=600)
        return watch.seconds

    yield next_round
    for worker in workers:
        worker.join(timeout=60)


def send_all(uri: str, lists: list[list[Any]], barrier: Any, path: list[str]) -> None:
    """In a process of its own: one thread and one connection for each list of requests."""
    import psycopg

    sys.path[:] = path
    connections = [psycopg.connect(uri, autocommit=True) for _ in lists]
    barrier.wait(timeout=60)
    try:
        for begin in range(0, EACH, EACH // ROUNDS):
            shares = [mine[begin : begin + EACH // ROUNDS] for mine in lists]
            barrier.wait(timeout=600)
            _at_once([lambda c=c, m=m: _send_in_turn(c, m) for c, m in zip(connections, shares, strict=True)])
            barrier.wait(timeout=600)
    except BaseException:
        barrier.abort()
        raise


def _send_in_turn(connection: Any, requests: Sequence[Any]) -> None:
    """What comes before the first row lock was sent by itself; the rest in one transaction, as the request did."""
    from recours_bench.sending import send

    for statements in requests:
        locking = next((n for n, (sql, _, _) in enumerate(statements) if "FOR UPDATE" in sql), 0)
        send(connection, statements, before=locking)
