"""The customer's phone: their chat with the marketplace, and a field to write in. No script; it asks anew by itself."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Téléphone de Camille</title>
<style>
body {{ margin: 0; background: #d7d3cc; font: 17px/1.4 system-ui, sans-serif; color: #111 }}
main {{ max-width: 26rem; min-height: 100vh; margin: auto; display: flex; flex-direction: column; background: #efe7dd }}
header {{ padding: .8rem 1rem; background: #075e54; color: #fff }}
header p, header h1 {{ margin: 0; font-size: 1.05rem }}
header p {{ font-size: .8rem }}
ol {{ flex: 1; margin: 0; padding: 1rem; list-style: none; display: flex; flex-direction: column; gap: .5rem }}
li {{ max-width: 82%; padding: .5rem .7rem; border-radius: .6rem; background: #fff }}
li {{ white-space: pre-wrap; overflow-wrap: anywhere }}
li.mine {{ align-self: flex-end; background: #dcf8c6 }}
li img {{ display: block; max-width: 100%; border-radius: .4rem }}
li small {{ display: block; color: #555; text-align: right }}
form {{ display: grid; gap: .5rem; padding: .8rem; background: #f6f2ec }}
textarea, button, input {{ font: inherit; width: 100%; box-sizing: border-box }}
textarea {{ padding: .5rem; border: 1px solid #999; border-radius: .4rem }}
button {{ min-height: 44px; border: 0; border-radius: .4rem; background: #075e54; color: #fff }}
.links {{ margin: 0; padding: 0 1rem .8rem; background: #f6f2ec }}
</style></head>
<body><main>
<header><h1>Service client</h1><p>WhatsApp simulé : le téléphone de Camille</p></header>
<ol>{chat}</ol>
<form method="post" action="/write" enctype="multipart/form-data">
<label for="text">Votre message</label><textarea id="text" name="text" rows="2"></textarea>
<label for="file">Une photo ou un document</label><input id="file" type="file" name="file">
<button>Envoyer</button></form>
<p class="links"><a href="/">Voir les nouveaux messages</a></p>
</main></body></html>"""

STATES = {"sent": "", "delivered": "", "read": "lu", "failed": "non remis"}


def phone(chat: list[dict[str, Any]]) -> bytes:
    """Return the page of a chat, oldest first. What failed never reached this phone."""
    shown = [line for line in chat if line.get("state") != "failed"]
    return PAGE.format(chat="".join(_line(line) for line in shown)).encode()


def _line(line: dict[str, Any]) -> str:
    mine = ' class="mine"' if line["act"] == "wrote" else ""
    at = dt.datetime.fromtimestamp(line["at"]).astimezone()
    return f"<li{mine}>{_picture(line)}{escape(_words(line))}<small>{at:%H:%M}</small></li>"


def _picture(line: dict[str, Any]) -> str:
    """Show a photo, whichever side sent it."""
    name = line["content"].get("id") if line["kind"] == "image" else ""
    return f'<img src="/shown/{escape(str(name))}" alt="Photo">' if name else ""


def _words(line: dict[str, Any]) -> str:
    content = line["content"]
    match line["kind"]:
        case "text":
            return str(content["body"])
        case "template":
            given = [one["text"] for part in content.get("components", []) for one in part["parameters"]]
            return TEMPLATES.get(content["name"], "{}").format(*given)
        case "image" | "video" | "document" | "audio" | "sticker":
            about = content.get("caption") or content.get("filename", "")
            return f"[{NAMES[line['kind']]}] {about}".strip()
        case _:
            return f"[{line['kind']}]"


NAMES = {
    "image": "Photo",
    "video": "Film",
    "document": "Document",
    "audio": "Message vocal",
    "sticker": "Autocollant",
}
TEMPLATES = {
    "recours_reply": "Bonjour, le service client de {} a une réponse à votre message."
    " Répondez-nous ici pour la recevoir.",
    "recours_news": "Bonjour, {} a une nouvelle concernant votre réclamation {} : {}",
}
"""The words that Meta approved."""
