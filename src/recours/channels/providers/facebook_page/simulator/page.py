"""The page on Facebook: its posts, what is commented under them, and a field to comment in. No script."""

from __future__ import annotations

from html import escape
from typing import Any

from recours.channels.providers.messenger.simulator.page import hour, whole

STYLE = """
body { margin: 0; background: #f0f2f5; font: 17px/1.45 system-ui, sans-serif; color: #111 }
main { max-width: 38rem; margin: auto; padding: 0 0 2rem }
header { padding: .8rem 1rem; background: #0a5fd1; color: #fff }
header p, header h1 { margin: 0; font-size: 1.15rem }
header p { font-size: .85rem }
article { margin: 1rem .6rem; padding: 1rem; border-radius: .6rem; background: #fff }
article h2 { margin: 0 0 .4rem; font-size: 1.05rem }
ol { margin: 1rem 0; padding: 0; list-style: none; display: grid; gap: .6rem }
li { padding: .5rem .8rem; border-radius: .9rem; background: #f0f2f5; overflow-wrap: anywhere; white-space: pre-wrap }
li.answer { margin-left: 2rem }
li strong, li small { display: block }
small { color: #555 }
form { display: grid; gap: .5rem }
textarea, button, input { font: inherit; width: 100%; box-sizing: border-box }
textarea { padding: .5rem; border: 1px solid #888; border-radius: .6rem }
button { min-height: 44px; border: 0; border-radius: .6rem; background: #0a5fd1; color: #fff }
.links { margin: 0; padding: 0 1rem }
"""
WALL = """<header><h1>{name}</h1><p>Page Facebook simulée : ce que Yanis en voit</p></header>
{posts}
<article><form method="post" action="/visit" enctype="multipart/form-data">
<label for="visit">Publier sur la page, en tant que Yanis Benali</label>
<textarea id="visit" name="text" rows="2"></textarea>
<label for="photo">Une photo</label><input id="photo" type="file" name="file">
<button>Publier sur la page</button></form></article>
<p class="links"><a href="/page">Voir les nouveaux commentaires</a> · <a href="/">Messenger de Yanis</a></p>"""
POST = """<article id="{id}"><h2>{name}</h2><p>{text}</p><ol>{comments}</ol>
<form method="post" action="/comment" enctype="multipart/form-data"><input type="hidden" name="post" value="{id}">
<label for="text-{id}">Commenter, en tant que Yanis Benali</label>
<textarea id="text-{id}" name="text" rows="2"></textarea>
<button>Publier</button></form></article>"""

Line = dict[str, Any]


def wall(name: str, posts: list[Line], comments: list[Line]) -> bytes:
    """Return the page, its newest post first; answers stand below what they answer."""
    shown = "".join(_post(name, post, comments) for post in reversed(posts))
    return whole(name, WALL.format(name=escape(name), posts=shown), STYLE)


def _post(name: str, post: Line, comments: list[Line]) -> str:
    here = [one for one in comments if one["post"] == post["id"] and not one.get("is_post")]
    listed = []
    for one in here:
        if one["parent"] == post["id"]:
            listed += [_comment(one), *(_comment(other) for other in here if other["parent"] == one["id"])]
    return POST.format(
        id=escape(post["id"]),
        name=escape(post.get("name") or name),
        text=("[Photo] " if "photo" in post else "") + escape(post["text"]),
        comments="".join(listed),
    )


def _comment(line: Line) -> str:
    answer = ' class="answer"' if line["parent"] != line["post"] else ""
    photo = "[Photo] " if "photo" in line else ""
    words = f"{photo}{escape(line['text'])}"
    return f"<li{answer}><strong>{escape(line['name'])}</strong>{words}<small>{hour(line['at'])}</small></li>"
