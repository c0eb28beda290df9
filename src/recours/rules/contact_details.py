"""What in a message would take somebody off the platform: addresses, numbers, handles, accounts, links.

A reader is warned, and nothing is hidden or refused because of it: so a hit may be wrong now and then, but must not be
wrong about what people write every day: order numbers, dates, tracking numbers, prices, addresses on this site.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from enum import StrEnum
from urllib.parse import urlsplit


class Contact(StrEnum):
    """A way to be reached, or to be paid, elsewhere."""

    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    PAYMENT = "payment"
    LINK = "link"


def contact_details(text: str, *, own_hosts: Collection[str] = ()) -> tuple[Contact, ...]:
    """Return what kinds of outside contact a text holds, in the order of `Contact`; what leads to `own_hosts` is none.

    `own_hosts` are names of hosts in lower case. Takes any text, of any length that a message may have.
    """
    plain = _without_our_own(_plain(text), own_hosts)
    return tuple(kind for kind in Contact if FINDERS[kind](plain))


# -- making comparable -------------------------------------------------------------------------------------

_INVISIBLE = {"Cf", "Cc", "Mn"}
_LETTER_BY_LETTER = re.compile(r"(?<![^\s])(?:[a-z0-9@._+-] ){4,}[a-z0-9@._+-](?![^\s])")


def _plain(text: str) -> str:
    """Lower case, no accents, no invisible characters; words written letter by letter are joined."""
    shown = unicodedata.normalize("NFKD", text).replace("’", "'").lower()
    kept = "".join(
        char if char in "\n\t" else "" if unicodedata.category(char) in _INVISIBLE else char for char in shown
    )
    spaced = re.sub(r"[^\S\n]", " ", kept)
    return _LETTER_BY_LETTER.sub(lambda found: _joined(found[0]), spaced)


def _joined(spaced: str) -> str:
    """A run of single digits is left alone: the grouping of numbers matters."""
    return spaced if re.fullmatch(r"[\d ._+-]+", spaced) else spaced.replace(" ", "")


_URL = re.compile(r"\b(?:https?|hxxps?|ftp)\s?:\s?//\s?[^\s<>\"']{1,2000}")
_MAIL_HOST = r"[a-z0-9](?:[a-z0-9-]{0,62})"


def _without_our_own(text: str, own_hosts: Collection[str]) -> str:
    """Take out what leads to this site: it is no way out, whatever its path looks like."""
    if not own_hosts:
        return text
    text = _URL.sub(lambda found: " " if _host(found[0]) in own_hosts else found[0], text)
    for host in own_hosts:
        alone = re.compile(
            rf"(?<![\w.@/-])(?:[\w.+-]{{1,64}}@)?{re.escape(host)}(?:/[^\s@]*)?(?![\w@-]|\.\w)"
        )
        text = alone.sub(" ", text)
    return text


def _host(address: str) -> str:
    try:
        parts = urlsplit(address.replace(" ", ""))
    except ValueError:
        return ""
    return "" if "@" in parts.netloc or "\\" in address else parts.hostname or ""


# -- e-mail ------------------------------------------------------------------------------------------------

_NAME = r"[a-z0-9][a-z0-9._+-]{0,63}"
_TLD = r"(?:com|fr|net|org|eu|be|ch|de|es|it|uk|co|io|me|info|biz|cn|ru|pt|nl|lu|ca|us|email|shop|store|pro)"
_PROVIDER = (
    r"(?:gmail|googlemail|hotmail|outlook|live|yahoo|orange|wanadoo|free|laposte|sfr|icloud|gmx|aol|"
    r"proton(?:mail)?|yandex|qq|163|126|mail)"
)
_AT = r"(?:@|\(\s?(?:at|a|arobase|@)\s?\)|\[\s?(?:at|a|arobase|@)\s?\]|\{\s?(?:at|a|@)\s?\}|<at>)"
_AT_WORD = r"(?:arobase|arobas|at|chez)"
_DOT = r"(?:\.|\(\s?(?:point|dot|\.)\s?\)|\[\s?(?:point|dot|\.)\s?\]|\{\s?(?:point|dot)\s?\})"
_DOT_WORD = r"(?:point|dot)"

_EMAILS = (
    re.compile(rf"{_NAME}@{_MAIL_HOST}(?:\.[a-z0-9-]{{1,63}}){{1,5}}"),
    # jean (at) exemple (point) com, jean @ exemple . com
    re.compile(
        rf"{_NAME} ?{_AT} ?{_MAIL_HOST}(?: ?{_DOT} ?| {_DOT_WORD} )(?:{_MAIL_HOST} ?{_DOT} ?)?{_TLD}\b"
    ),
    # jean arobase exemple point com
    re.compile(rf"{_NAME} {_AT_WORD} {_MAIL_HOST}(?: {_DOT_WORD} | ?[(\[]{_DOT_WORD}[)\]] ?){_TLD}\b"),
    # jean arobase gmail.com, jean at gmail
    re.compile(rf"{_NAME} (?:arobase|arobas|at) {_PROVIDER}(?: ?(?:{_DOT}|{_DOT_WORD}) ?{_TLD})?\b"),
    re.compile(rf"\b(?:mon|my|notre|our) (?:{_PROVIDER}|e-?mail|mail|courriel) ?(?:est|is|:|=) ?{_NAME}"),
)


def _has_email(text: str) -> bool:
    """An at sign in an address of the web is no e-mail."""
    text = _URL.sub(" ", text)
    return any(pattern.search(text) for pattern in _EMAILS)


# -- phone -------------------------------------------------------------------------------------------------

_DATES = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}(?!\d)(?:,? (?:a )?\d{1,2} ?[h:] ?\d{0,2})?"
    r"|\b(?:19|20)\d{2}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2})?)?"
    r"|(?<!\d[ ./-])\b\d{1,2}[./-]\d{1,2}[./-]\d{2}(?![ ./-]?\d)"
    r"|\b\d{1,2} ?(?:h|:) ?\d{2}\b"
)
_REFERENCE = re.compile(
    r"\b(?:commande|cde|order|facture|invoice|suivi|tracking|colis|parcel|colissimo|chronopost|mondial relay|"
    r"reference|ref|dossier|litige|siret|siren|rcs|ean|gtin|code[- ]barres?|serie|serial|imei|sku|article|tva)\b"
    r"[^\n\d+]{0,24}$"
)
_CALLING = re.compile(
    r"\b(?:tel|telephone|phone|mobile|portable|appel\w*|call|sms|texto|text me|joindre|joignable|whatsapp|wechat|"
    r"numero (?:est|perso\w*)|mon numero|my number)\b[^\n\d+]{0,24}$"
)
_NUMBERS = (
    re.compile(r"(?<![\w+.,-])[0o](?: ?\(0\) ?)?[1-9](?:[ ./_-]{0,3}\d{2}){4}(?![\w]|[.,-]\d)"),
    re.compile(r"(?<![\w+.,-])[0o] ?[1-9](?:[ ._-]{1,2}\d){8}(?![\w]|[.,-]\d)"),
    re.compile(r"(?<![\w+])(?:\+|00) ?[1-9]\d{0,2}(?: ?\(0\))?(?:[ .()/_-]{0,2}\d){7,12}(?!\w)"),
    re.compile(r"(?<![\w+.,-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[.-]\d{4}(?![\w]|[.,-]\d)"),
)
_ANY_NUMBER = re.compile(r"(?<![\w+])\+?\d(?:[ .()/_-]{0,2}\d){7,13}(?!\w)")
_DIGIT = r"(?:zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf)"
_TENS = r"(?:dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|quatre[- ]vingts?)"
_SPELLED = re.compile(
    rf"\bzero[ -]{_DIGIT}(?:[ ,-]{{1,2}}(?:et[ -])?(?:{_TENS}|{_DIGIT})){{4,16}}\b"
    r"|\b(?:zero|oh?) (?:one|two|three|four|five|six|seven|eight|nine)(?: (?:zero|oh?|one|two|three|four|five|six|"
    r"seven|eight|nine)){6,10}\b"
)


def _has_phone(text: str) -> bool:
    undated = _DATES.sub(" # ", _IBAN.sub(lambda found: " # " if _is_iban(found[0]) else found[0], text))
    for pattern in _NUMBERS:
        if any(not _REFERENCE.search(undated[: found.start()][-48:]) for found in pattern.finditer(undated)):
            return True
    called = (_CALLING.search(undated[: found.start()][-48:]) for found in _ANY_NUMBER.finditer(undated))
    return any(called) or bool(_SPELLED.search(undated))


# -- handles -----------------------------------------------------------------------------------------------

_MESSENGERS = r"(?:whats ?app|watsapp|whatapp|wechat|weixin|telegram|viber|skype|kakaotalk|imessage)"
_SOCIAL = r"(?:insta(?:gram)?|facebook|fb|messenger|snap(?:chat)?|tik ?tok|discord|signal|twitter|linkedin|zalo|line)"
_ASKS = (
    r"(?:contact\w*|ecri(?:re|s|vez|vons)\b|ajoute\w*|rejoi\w*|parl\w*|discut\w*|retrouve\w*|joindre|dm|mp|"
    r"add|message|text|write|reach|find|talk)"
)
_HANDLES = (
    re.compile(rf"(?<![a-z]){_MESSENGERS}(?![a-z])"),
    re.compile(r"(?<![\w.])(?:wa|t|m|ig|line)\.me/\w|discord\.gg/\w|u\.wechat\.com"),
    re.compile(r"(?<![\w.@+-])@[a-z_][a-z0-9_.]{2,}"),
    re.compile(rf"\b{_ASKS}[^.!?\n]{{0,40}}\b(?:sur|on|via|par|in) (?:mon |notre |my |our )?{_SOCIAL}\b"),
    re.compile(rf"\b(?:mon|ma|notre|my|our) {_SOCIAL}\b ?(?:id|pseudo|compte|est|is|c'est|:|=)"),
    re.compile(rf"\b{_SOCIAL} ?(?:id|pseudo)? ?[:=] ?@?[a-z0-9_.]{{3,}}"),
)


def _has_handle(text: str) -> bool:
    return any(pattern.search(text) for pattern in _HANDLES)


# -- payment -----------------------------------------------------------------------------------------------

_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2} ?\d{2}(?:[ .-]?[a-z0-9]){11,30}(?![a-z0-9])")
_PAYMENTS = (
    re.compile(
        r"\b(?:paypal\.me|paypal\.com|revolut\.me|wise\.com/pay|lydia-app\.com|buy\.stripe\.com|sumup\.link)\b"
    ),
    re.compile(r"\bpaypal\b[^.!?\n]{0,30}\b(?:entre proches|proches|ami|amis|friends?|family)\b"),
    re.compile(
        r"\b(?:pay(?:er|ez|ons)|regler|reglez|envo(?:yer|yez|ie)|send|pay|transfer)\b[^.!?\n]{0,40}"
        r"\b(?:western union|moneygram|paysafecard|pcs|transcash|neosurf|mandat cash|bitcoins?|btc|usdt|crypto\w*|"
        r"lydia|revolut|wero|paylib|venmo|cash ?app|zelle)\b"
    ),
    re.compile(
        r"\b(?:pay(?:er|ez)|regler|reglez|pay)\b[^.!?\n]{0,30}\b(?:par|via|sur|with|by|to my) (?:mon )?paypal\b"
    ),
    re.compile(
        r"\bvirement\b[^.!?\n]{0,30}\b(?:sur|a|vers) (?:mon|notre|ce|cet) (?:compte|iban|rib)\b"
        r"|\b(?:mon|notre) (?:rib|iban)\b(?: (?:est|c'est)| ?[:=])"
        r"|\btransfer (?:it )?to (?:my|our|this) (?:bank )?account\b"
    ),
    re.compile(
        r"(?<![a-z0-9])(?:bc1[a-z0-9]{25,60}|0x[a-f0-9]{40}|t[a-z0-9]{33}(?=\b.{0,20}usdt))(?![a-z0-9])"
    ),
)
_IBAN_LENGTHS = range(15, 35)


def _has_payment(text: str) -> bool:
    return any(_is_iban(found[0]) for found in _IBAN.finditer(text)) or any(
        pattern.search(text) for pattern in _PAYMENTS
    )


def _is_iban(given: str) -> bool:
    """Check the two digits that every IBAN carries, of its longest beginning that could be one."""
    compact = re.sub(r"[ .-]", "", given)
    return any(_holds(compact[:length]) for length in _IBAN_LENGTHS if length <= len(compact))


def _holds(compact: str) -> bool:
    if len(compact) != _LENGTH_OF.get(compact[:2]):
        return False
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1


_LENGTH_OF = {
    "ad": 24, "at": 20, "be": 16, "bg": 22, "ch": 21, "cy": 28, "cz": 24, "de": 22, "dk": 18, "ee": 20, "es": 24,
    "fi": 18, "fr": 27, "gb": 22, "gr": 27, "hr": 21, "hu": 28, "ie": 22, "is": 26, "it": 27, "li": 21, "lt": 20,
    "lu": 20, "lv": 21, "ma": 28, "mc": 27, "mt": 31, "nl": 18, "no": 15, "pl": 28, "pt": 25, "ro": 24, "rs": 22,
    "se": 24, "si": 19, "sk": 24, "sm": 27, "tn": 24, "tr": 26, "ua": 29,
}  # fmt: skip
"""Characters of an IBAN by country (ISO 13616 registry)."""


# -- links -------------------------------------------------------------------------------------------------

_SURE_TLD = r"(?:com|fr|net|org|eu|shop|store|info|biz|app|xyz|online|site|club|link|cn|ru|ch|uk|pro|io)"
_WORDY_TLD = r"(?:me|be|de|es|it|co|ly|to|gg|nl|us|ca|in|tv|at|pl|pt)"
_BIG_SHOPS = (
    r"(?:amazon|ebay|aliexpress|temu|shein|wish|vinted|leboncoin|cdiscount|fnac|rakuten|etsy|alibaba|taobao)"
)
_LINKS = (
    _URL,
    re.compile(r"(?<![\w@])www ?(?:\.|point|dot) ?[a-z0-9-]{2,}"),
    re.compile(rf"(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}{_SURE_TLD}(?![\w@-]|\.\w)"),
    re.compile(rf"(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}{_WORDY_TLD}/\w"),
    re.compile(rf"(?<![\w@.-]){_BIG_SHOPS}\.{_WORDY_TLD}\b"),
    re.compile(rf"(?<![\w@])[a-z0-9-]{{2,63}} ?[(\[{{] ?(?:point|dot|\.) ?[)\]}}] ?{_SURE_TLD}\b"),
    re.compile(r"(?<![\w@])[a-z0-9-]{2,63} (?:point|dot) (?:com|fr|net|org)\b"),
)


def _has_link(text: str) -> bool:
    """An address of e-mail has its own kind, so its host is no link."""
    for pattern in _EMAILS:
        text = pattern.sub(" ", text)
    return any(pattern.search(text) for pattern in _LINKS)


FINDERS: dict[Contact, Callable[[str], bool]] = {
    Contact.EMAIL: _has_email,
    Contact.PHONE: _has_phone,
    Contact.HANDLE: _has_handle,
    Contact.PAYMENT: _has_payment,
    Contact.LINK: _has_link,
}
"""How each kind is found, in a text made plain."""
