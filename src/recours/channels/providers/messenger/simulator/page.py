"""A customer's Messenger: their chat with the page, and a field to write in. No script; it asks anew by itself."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Any

STYLE = """
body { margin: 0; background: #e4e6eb; font: 17px/1.4 system-ui, sans-serif; color: #111 }
main { max-width: 30rem; min-height: 100vh; margin: auto; display: flex; flex-direction: column; background: #fff }
header { padding: .8rem 1rem; background: #0a5fd1; color: #fff }
header a { color: #fff }
header p, header h1 { margin: 0; font-size: 1.05rem }
header p { font-size: .8rem }
ol { flex: 1; margin: 0; padding: 1rem; list-style: none; display: flex; flex-direction: column; gap: .5rem }
li { max-width: 80%; align-self: flex-start; padding: .5rem .8rem; border-radius: 1.1rem; background: #e9eaed }
li { white-space: pre-wrap; overflow-wrap: anywhere }
li.mine { align-self: flex-end; background: #0a5fd1; color: #fff }
li img { display: block; max-width: 100%; border-radius: .6rem }
li small { display: block; opacity: .85; text-align: right }
form { display: grid; gap: .5rem; padding: .8rem; background: #f2f3f5 }
textarea, button, input { font: inherit; width: 100%; box-sizing: border-box }
textarea { padding: .5rem; border: 1px solid #888; border-radius: .6rem }
button { min-height: 44px; border: 0; border-radius: .6rem; background: #0a5fd1; color: #fff }
.links { margin: 0; padding: 0 1rem .8rem; background: #f2f3f5 }
"""
PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style></head>
<body><main>
{content}
</main></body></html>"""
CHAT = """<header><h1>Marché Mirabelle</h1><p>Messenger simulé : chez {name}</p></header>
<ol>{chat}</ol>
<form method="post" action="/write" enctype="multipart/form-data"><input type="hidden" name="id" value="{psid}">
<label for="text">Votre message</label><textarea id="text" name="text" rows="2"></textarea>
<label for="file">Une photo ou un document</label><input id="file" type="file" name="file">
<button>Envoyer</button></form>
<p class="links"><a href="/messenger/{psid}">Voir les nouveaux messages</a>{others}</p>"""
NAMES = {
    "image": "Photo",
    "video": "Film",
    "file": "Document",
    "audio": "Message vocal",
    "sticker": "Autocollant",
    "location": "Position",
}


def chat(psid: str, people: dict[str, str], lines: list[dict[str, Any]]) -> bytes:
    """Return the page of somebody's chat, oldest first, with the way to those of others."""
    shown = sorted(lines, key=lambda line: line["at"])
    name = escape(people[psid] or psid)
    others = "".join(
        f' · <a href="/messenger/{escape(other)}">{escape(theirs or other)}</a>'
        for other, theirs in people.items()
        if other != psid
    )
    said = "".join(_line(line) for line in shown)
    title = f"Messenger de {people[psid] or psid}"
    return whole(title, CHAT.format(name=name, psid=escape(psid), chat=said, others=others))


def whole(title: str, content: str, style: str = STYLE) -> bytes:
    """Return a whole page of the simulator."""
    return PAGE.format(title=escape(title), style=style, content=content).encode()


def _line(line: dict[str, Any]) -> str:
    mine = ' class="mine"' if line["act"] == "wrote" else ""
    message = line["message"]
    return f"<li{mine}>{_pictures(message)}{escape(_words(message))}<small>{hour(line['at'])}</small></li>"


def _pictures(message: dict[str, Any]) -> str:
    """Show the photos of a message, whichever side sent them."""
    shown = [one["payload"]["url"] for one in message.get("attachments", []) if one["type"] == "image"]
    return "".join(f'<img src="{escape(url)}" alt="Photo">' for url in shown)


def hour(at: float) -> str:
    """Write when something was, on this machine's clock."""
    return f"{dt.datetime.fromtimestamp(at).astimezone():%d/%m, %H:%M}"


def _words(message: dict[str, Any]) -> str:
    files = [f"[{NAMES.get(one['type'], one['type'])}]" for one in message.get("attachments", [])]
    return " ".join(part for part in (*files, message.get("text", "")) if part)
