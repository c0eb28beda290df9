"""Cutting what a mail program quoted, so that a message holds what its author wrote. The whole text is kept beside it.

It reads line by line, in a time that grows with the text alone, and knows the programs and webmails of our readers.
When in doubt it leaves a quotation in: a word of its author's that is missing from a message is worse. A cut that would
leave nothing is not made. (mail-parser-reply was tried beside it: on our corpus it found nothing more, and it took
"From:" and "To:" in people's own sentences for the head of a quotation.)
"""

from __future__ import annotations

import re

LOOK = 400
"""Characters of an attribution that a program broke over several lines."""

_QUOTED = re.compile(r"^\s*>")
_MARKS = re.compile(r"^(?:\s*>)+ ?")
_RULE = re.compile(r"^[\s>]*(?:_{10,}|-{10,}|={10,}|\u2500{10,})\s*$")
_VERBS = (
    r"(?:a [ée]crit|wrote|schrieb[^:]{0,80}|escribi[óo]|ha scritto|schreef[^:]{0,80}|napisał\(?a?\)?|escreveu|"
    r"skrev[^:]{0,80})"
)
_WROTE = re.compile(
    r"^[\s>*]*(?:"
    rf"(?:Le|On|Am|El|Il|Op|W dniu|Em|Den|At)\b.{{4,{LOOK}}}?{_VERBS}\s*[:：]?"
    r"|.{4,200}<[^<>\s]+@[^<>\s]+>\s*(?:于|在)?.{0,60}(?:写道|寫道)\s*[:：]?"
    r"|.{0,200}(?:于|在)\s?\d{4}年.{0,120}(?:写道|寫道)\s*[:：]?"
    r"|\d{4}[-/]\d{2}[-/]\d{2}[ T]\d{2}:\d{2}.{0,40}<[^<>\s]+@[^<>\s]+>\s*[:：]?"
    r")\s*$",
    re.IGNORECASE,
)
_WROTE_START = re.compile(r"^[\s>*]*(?:Le|On|Am|El|Il|Op|W dniu|Em|Den|At)\b.*\d", re.IGNORECASE)
_BANNER = re.compile(
    r"^[\s>]*(?:-{2,}|_{2,}|\*{2,})?\s*(?:"
    r"message d[’' ]origine|mail original|message original|original message|original appointment|"
    r"message transf[ée]r[ée]|forwarded message|mail transf[ée]r[ée]|message initial|message précédent|"
    r"原始邮件|原始郵件|转发邮件|回复的邮件|Original"
    r")\s*(?:-{2,}|_{2,}|\*{2,})\s*$",
    re.IGNORECASE,
)
_BANNER_WORDS = re.compile(
    r"^[\s>]*(?:début du message (?:réexpédié|transféré)|begin forwarded message|"
    r"message du \d{1,2}/\d{1,2}/\d{2,4}\b.*)\s*:?\s*$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^[\s>*]*(De|From|Von|发件人|寄件者|Envoy[ée](?: le)?|Sent|Date|Gesendet|发送时间|日期|[ÀA]|To|An|收件人|Cc|"
    r"Copie(?: [àa])?|抄送|Objet|Subject|Sujet|Betreff|主题|Répondre à|Reply-To)\s*\*?\s*[:：]\*?\s*\S*",
    re.IGNORECASE,
)
_FIRST_LABEL = {"de", "from", "von", "发件人", "寄件者", "envoyé", "envoye", "sent", "date", "envoyé le"}
_SENT_FROM = re.compile(
    r"^\s*(?:\[[^\]]*\]\s*)?(?:"
    r"(?:envoyé|envoyée|expédié) (?:de|depuis|à partir de|avec|par|via) .{2,80}|"
    r"sent (?:from|via|with) .{2,80}|"
    r"(?:télécharge[rz]|obtene[rz]|obtenir|get) outlook (?:pour|for) .{2,100}|"
    r"provenance\s?: (?:courrier|e-mail|mail) (?:pour|for) .{2,80}|"
    r"garanti sans virus.*|sans virus\.?\s*(?:www\.avast\.com.*)?|virus-free\b.*|"
    r"发自我的.{0,40}|来自.{0,20}(?:手机|邮箱).{0,20}"
    r")\s*$",
    re.IGNORECASE,
)
_MOBILE = re.compile(
    r"iphone|ipad|android|mobile|smartphone|téléphone|tablette|samsung|galaxy|huawei|xiaomi|yahoo|orange|outlook|gmail|"
    r"free|la poste|sfr|bouygues|proton|windows|blackberry|appareil|courrier|mail|avast|virus|手机|邮箱|thunderbird",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$")


def own_words(text: str) -> str:
    """Return what the author of a mail wrote, without what their program quoted; all of it if nothing is left."""
    cut = _without_quotes(text)
    cut = _without_signature(cut)
    return cut if _has_words(cut) else text.strip()


def _without_quotes(text: str) -> str:
    lines = text.split("\n")
    start = next(((at, length) for at in range(len(lines)) if (length := _heading_at(lines, at))), None)
    if start is None:
        return _without_bare_quotes(lines)
    at, length = start
    while at > 0 and (_RULE.match(lines[at - 1]) or not lines[at - 1].strip()):
        at -= 1
    before, after = lines[:at], lines[start[0] + length :]
    answered = _words_below(after)
    if not answered:
        return "\n".join(before)
    if _has_words("\n".join(before)) and _blocks(after) > 1:
        # Answered point by point: without what it answers, each answer would mean nothing.
        return text
    if not _has_words("\n".join(before)) and _blocks(after) > 1:
        return "\n".join(after)
    return "\n".join([*before, *answered])


def _words_below(after: list[str]) -> list[str]:
    """Return what stands below a quotation marked with ">"; nothing where quoted lines have no marks."""
    first = next((line for line in after if line.strip()), "")
    if not _QUOTED.match(first):
        return []
    unquoted = [line for line in after if not _QUOTED.match(line)]
    return unquoted if _has_words(_without_signature("\n".join(unquoted))) else []


def _blocks(lines: list[str]) -> int:
    """Return how many runs of quoted lines there are that words stand between or below."""
    found, inside = 0, False
    for line in lines:
        if _QUOTED.match(line):
            found += not inside
            inside = True
        elif line.strip():
            inside = False
    return found


def _without_bare_quotes(lines: list[str]) -> str:
    """Cut quoted lines that nothing announces; kept where answers stand between them."""
    if _blocks(lines) != 1:
        return "\n".join(lines)
    return "\n".join(line for line in lines if not _QUOTED.match(line))


def _heading_at(lines: list[str], at: int) -> int:
    """Return how many lines from `at` announce a quotation; 0 when they do not."""
    line = lines[at]
    if not line.strip():
        return 0
    if _BANNER.match(line) or _BANNER_WORDS.match(line):
        return 1
    if _WROTE_START.match(line) or "写道" in line or "寫道" in line or "<" in line:
        joined = ""
        for count in range(1, 5):
            if at + count > len(lines) or len(joined) > LOOK:
                break
            part = lines[at + count - 1]
            if count > 1 and not part.strip():
                break
            joined = f"{joined} {_MARKS.sub('', part).strip()}".strip()
            if len(joined) <= LOOK and _WROTE.match(joined):
                return count if _is_of_a_program(joined, lines[at + count :]) else 0
    return _labels_at(lines, at)


def _is_of_a_program(attribution: str, after: list[str]) -> bool:
    """Whether a program wrote "X wrote:": with an address in it, or marked lines below. People write it, too."""
    below = next((line for line in after if line.strip()), "")
    return "@" in attribution or bool(_QUOTED.match(below))


def _labels_at(lines: list[str], at: int) -> int:
    """Return the length of a block of copied headers: three labels or more, the first one of whom or when."""
    first = _LABEL.match(lines[at])
    if not first or first[1].lower() not in _FIRST_LABEL:
        return 0
    seen: set[str] = set()
    length = 0
    for offset, line in enumerate(lines[at : at + 12]):
        label = _LABEL.match(line)
        if label:
            seen.add(label[1].lower())
            length = offset + 1
        elif not _MARKS.sub("", line).strip():
            if len(seen) >= 3:
                break
        elif offset - length >= 1:  # an address list may run over a line, prose does not
            break
    return length if len(seen) >= 3 else 0


def _without_signature(text: str) -> str:
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if at and _SIGNATURE.match(line):
            lines = lines[:at]
            break
    while lines and (not lines[-1].strip() or _RULE.match(lines[-1]) or _is_sent_from(lines[-1])):
        lines.pop()
    return "\n".join(lines).strip()


def _is_sent_from(line: str) -> bool:
    return len(line) < 160 and bool(_SENT_FROM.match(line)) and bool(_MOBILE.search(line))


def _has_words(text: str) -> bool:
    return any(char.isalnum() or ord(char) > 0x2190 for char in text)
