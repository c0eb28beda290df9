"""Every pair of colours that text, edges and focus are drawn with, in both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

import recours.ui

pytestmark = pytest.mark.rules

CSS = Path(recours.ui.__file__).parent / "static" / "ui" / "css"
PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
THEMES = {"light": 0, "dark": 1}
TEXT_RATIO = 4.5
EDGE_RATIO = 3.0
GROUNDS = ("paper", "surface", "sunken", "accent-soft", "ok-soft", "warn-soft", "danger-soft")
TEXT = [
    *[(ink, ground) for ink in ("ink", "muted", "accent", "accent-hover") for ground in GROUNDS],
    ("ok", "ok-soft"),
    ("ok", "surface"),
    ("warn", "warn-soft"),
    ("warn", "surface"),
    ("danger", "danger-soft"),
    ("danger", "surface"),
    ("danger", "paper"),
    ("danger-hover", "danger-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
]
EDGES = [
    *[("edge", ground) for ground in ("paper", "surface", "sunken")],
    *[("focus", ground) for ground in GROUNDS],
    ("accent", "paper"),
    ("danger", "paper"),
]


def tokens() -> dict[str, tuple[str, str]]:
    found = PAIR.findall((CSS / "tokens.css").read_text("utf-8"))
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_ratio_of_known_pairs():
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_is_readable(ink: str, ground: str, theme: str):
    colours = {name: pair[THEMES[theme]] for name, pair in tokens().items()}

    assert ratio(colours[ink], colours[ground]) >= TEXT_RATIO


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_focus_are_visible(edge: str, ground: str, theme: str):
    colours = {name: pair[THEMES[theme]] for name, pair in tokens().items()}

    assert ratio(colours[edge], colours[ground]) >= EDGE_RATIO


def test_old_browsers_get_the_light_theme_of_the_tokens():
    css = (CSS / "tokens.css").read_text("utf-8")
    fallback = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))

    assert fallback == {name: light for name, (light, _) in tokens().items()}


def test_no_colour_outside_the_tokens():
    for sheet in CSS.glob("*.css"):
        if sheet.name != "tokens.css":
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", sheet.read_text("utf-8")) == [], sheet.name


def test_every_token_used_exists():
    known = set(re.findall(r"--([a-z0-9-]+):", (CSS / "tokens.css").read_text("utf-8")))
    for sheet in CSS.glob("*.css"):
        assert set(re.findall(r"var\(--([a-z0-9-]+)\)", sheet.read_text("utf-8"))) <= known, sheet.name
