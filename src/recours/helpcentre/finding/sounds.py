"""How a word sounds: two spellings with one sound are one word to who writes by ear (« livrezon », « resu »).

A key is a rough phonetic writing. It is compared, never shown; distinctions that writers by ear do not make (s and z,
é and è) are not made here either.
"""

from __future__ import annotations

import re
from functools import lru_cache

_V = "aeiouyàâäéèêëîïôöùûü"
_NASAL = rf"(?![{_V}hmn])"

_GRAPHEMES_FR = (
    (r"(?:aient|aits?|ais|aix|ées?|és|ez|ers?|ets?|aie)$", "e"),
    (r"(?:(?<=[^aeoué])|(?<=[qg]u))es?$", ""),
    (rf"(?:oin|oint){_NASAL}", "wI"),
    (rf"ien{_NASAL}", "iI"),
    (rf"(?:ain|ein|in|yn|un){_NASAL}|(?:aim|eim|im|ym|um)(?=[bp])|(?:aim|um)$", "I"),
    (rf"(?:aen|aon|an|en){_NASAL}|(?:am|em)(?=[bp])", "A"),
    (rf"on{_NASAL}|om(?=[bp])", "O"),
    (r"(?:aill?e?|ay(?=[aeio]))", "aj"),
    (r"(?:eill?e?|ey(?=[aeio]))", "ej"),
    (rf"(?:ouill?e?)(?=$|[{_V}])", "uj"),
    (r"euill?e?|ueill?e?", "Ej"),
    (rf"(?<=[{_V}])ill(?:e$)?|(?<=[^{_V}])ill(?=[{_V}])", "ij"),
    (r"oi|oî|oy", "wa"),
    (r"ou|oû|où", "u"),
    (r"eaux?|aux?|eau|au|ô|ö|o", "o"),
    (r"œu|oeu|eu|œ", "E"),
    (r"ai|aî|ei|é|è|ê|ë|e", "e"),
    (r"à|â|ä|a", "a"),
    (r"î|ï|i|y", "i"),
    (r"(?<=q)u|(?<=g)u(?=[eiyéèêë])", ""),
    (r"ù|û|ü|u", "y"),
    (r"ph|ff?", "f"),
    (r"sch|sh|ch", "S"),
    (r"gn", "N"),
    (r"sc(?=[eiyéèêë])|ç|ss|c(?=[eiyéèêë])", "s"),
    (r"(?<!s)t(?=ion)", "s"),
    (r"cqu|ck|cc|qu|q|k|c", "k"),
    (r"ge(?=[aouâ])|gg?(?=[eiyéèêë])|j", "j"),
    (r"gg?", "g"),
    (r"x", "ks"),
    (r"th|tt?", "t"),
    (r"s|zz?", "s"),
    (r"w|v", "v"),
    (r"bb?", "b"),
    (r"dd?", "d"),
    (r"ll?", "l"),
    (r"mm?", "m"),
    (r"nn?", "n"),
    (r"pp?", "p"),
    (r"rr?h?", "r"),
    (r"h", ""),
)
_GRAPHEMES_EN = (
    (r"^kn|^gn|^pn", "n"),
    (r"^wr", "r"),
    (r"(?:tion|sion|cion|tian)", "Sn"),
    (r"igh|ough|augh", "a"),
    (r"ph|gh(?=t?$)|ff?", "f"),
    (r"gh", "g"),
    (r"tch|sch|sh|ch|ci(?=[ao])|ti(?=[ao])", "S"),
    (r"sc(?=[eiy])|c(?=[eiy])|ss?|zz?", "s"),
    (r"ck|cc|qu|q|kk?|c", "k"),
    (r"dge?|gg?(?=[eiy])|j", "j"),
    (r"gg?", "g"),
    (r"x", "ks"),
    (r"th|tt?", "t"),
    (r"wh|w(?=[aeiou])", "w"),
    (r"v", "v"),
    (r"bb?", "b"),
    (r"dd?", "d"),
    (r"ll?", "l"),
    (r"mm?", "m"),
    (r"nn?", "n"),
    (r"pp?", "p"),
    (r"rr?", "r"),
    (r"(?<!^)e$", ""),
    (r"[aeiouyw]+", "a"),
    (r"h", ""),
)


def _scanner(graphemes: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    names = {f"g{n}": sound for n, (_, sound) in enumerate(graphemes)}
    pattern = "|".join(f"(?P<g{n}>{grapheme})" for n, (grapheme, _) in enumerate(graphemes))
    return re.compile(pattern), names


_FRENCH, _FRENCH_SOUNDS = _scanner(_GRAPHEMES_FR)
_ENGLISH, _ENGLISH_SOUNDS = _scanner(_GRAPHEMES_EN)
_MUTE = re.compile(r"(?<=..)(?<!e)[sxtdpz]+$|(?<=[aeou]n)ts?$|(?<=..)(?<=e)[xtdpz]s?$")
_SPOKEN = re.compile(r"(?:aient|aits?|ais|aix|ez|ets?)$")
_IENT = re.compile(r"(?<=[a-z]{2})ients?$")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=50_000)
def french(word: str) -> str:
    """Return how a French word sounds; `word` is lower case with whatever accents were written."""
    word = _IENT.sub("iant", word)
    if not _SPOKEN.search(word):
        word = _MUTE.sub("", word)
    key = _FRENCH.sub(lambda found: _FRENCH_SOUNDS[found.lastgroup or "g0"], word)
    return _TWICE.sub(r"\1", key)


@lru_cache(maxsize=50_000)
def english(word: str) -> str:
    """Return how an English word sounds, with every vowel the same."""
    key = _ENGLISH.sub(lambda found: _ENGLISH_SOUNDS[found.lastgroup or "g0"], word)
    return _TWICE.sub(r"\1", key)
