"""The photos that the demo's people send: drawn, not taken, so that they belong to nobody."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 1200, 900
SCALE = 2
"""Drawn twice as large and reduced, so that edges are smooth."""

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]
Points = list[tuple[float, float]]

INK: Colour = (38, 40, 46)
PAPER: Colour = (246, 243, 236)
CARDBOARD: Colour = (190, 148, 102)


class Scene:
    """A table lit from the left, things lying on it with soft shadows. Coordinates are those of the final picture."""

    def __init__(self, near: Colour, far: Colour, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 -- a drawing
        ramp = Image.linear_gradient("L").resize((WIDTH * SCALE, HEIGHT * SCALE))
        size = ramp.size
        self.image = Image.composite(Image.new("RGB", size, near), Image.new("RGB", size, far), ramp)

    def lay(self, shape: Callable[[ImageDraw.ImageDraw, Colour], None], colour: Colour) -> None:
        """Draw a shape of one colour on its soft shadow, brighter towards the light."""
        stencil = Image.new("RGB", self.image.size)
        shape(ImageDraw.Draw(stencil), (255, 255, 255))
        mask = stencil.convert("L")
        # Blurred at a quarter of the size: a soft shadow does not need more, and it is much faster.
        small = ImageChops.offset(mask.reduce(8), 2 * SCALE, 3 * SCALE).filter(ImageFilter.GaussianBlur(5))
        shade = small.resize(mask.size).point(lambda v: int(v * 0.45))
        self.image.paste(Image.new("RGB", mask.size, (30, 24, 20)), mask=shade)
        light = Image.linear_gradient("L").rotate(90).resize(self.image.size)
        bright = tuple(min(255, channel + 26) for channel in colour)
        dark = tuple(max(0, channel - 22) for channel in colour)
        body = Image.composite(
            Image.new("RGB", self.image.size, dark), Image.new("RGB", self.image.size, bright), light
        )
        self.image.paste(body, mask=mask)

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def crack(self, start: tuple[float, float], end: tuple[float, float], *, width: float = 4) -> None:
        """A jagged dark line with a thin bright edge."""
        steps = 12
        points: Points = []
        for step in range(steps + 1):
            t = step / steps
            wobble = 0 if step in (0, steps) else self.dice.uniform(-16, 16)
            points.append(
                (start[0] + (end[0] - start[0]) * t + wobble, start[1] + (end[1] - start[1]) * t + wobble / 2)
            )
        self.draw.line(
            _scaled([(x + 3, y + 2) for x, y in points]), fill=(236, 232, 226), width=int(width * SCALE * 0.7)
        )
        self.draw.line(_scaled(points), fill=(24, 22, 22), width=int(width * SCALE))

    def text(self, at: tuple[float, float], words: str, *, size: int = 26, colour: Colour = INK) -> None:
        self.draw.text((at[0] * SCALE, at[1] * SCALE), words, fill=colour, font=_font(size * SCALE))

    def jpeg(self) -> bytes:
        """The picture as a phone would have taken it: a little grain, a little vignette."""
        image = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        grain = Image.effect_noise(image.size, 16).convert("RGB")
        image = Image.blend(image, ImageChops.overlay(image, grain), 0.35)
        vignette = Image.radial_gradient("L").resize(image.size).point(lambda v: int(v * 0.28))
        image.paste(Image.new("RGB", image.size, (18, 14, 12)), mask=vignette)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=84)
        return out.getvalue()


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _scaled(points: Points) -> Points:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _box(x0: float, y0: float, x1: float, y1: float) -> Box:
    return (x0 * SCALE, y0 * SCALE, x1 * SCALE, y1 * SCALE)


def _turned(centre: tuple[float, float], size: tuple[float, float], degrees: float) -> Points:
    """The corners of a rectangle turned about its centre."""
    angle = math.radians(degrees)
    half_x, half_y = size[0] / 2, size[1] / 2
    corners = ((-half_x, -half_y), (half_x, -half_y), (half_x, half_y), (-half_x, half_y))
    return [
        (
            centre[0] + x * math.cos(angle) - y * math.sin(angle),
            centre[1] + x * math.sin(angle) + y * math.cos(angle),
        )
        for x, y in corners
    ]


# -- what they show ----------------------------------------------------------------------------------------------


def headset() -> bytes:
    """A pair of headphones whose band is broken in two."""
    scene = Scene((214, 190, 160), (176, 148, 118), 1)
    black: Colour = (52, 54, 62)
    scene.lay(lambda d, c: d.arc(_box(330, 130, 850, 720), 182, 262, fill=c, width=44 * SCALE), black)
    scene.lay(lambda d, c: d.arc(_box(366, 108, 886, 698), 281, 358, fill=c, width=44 * SCALE), black)
    for x, tilt in ((300.0, -8), (806.0, 12)):
        cup = _scaled(_turned((x + 62, 470), (96, 170), tilt))
        scene.lay(lambda d, c, cup=cup: d.polygon(cup, fill=c), black)  # type: ignore[misc]
        scene.lay(lambda d, c, x=x: d.ellipse(_box(x - 4, 350, x + 132, 590), fill=c), (78, 82, 94))  # type: ignore[misc]
        scene.lay(lambda d, c, x=x: d.ellipse(_box(x + 28, 405, x + 100, 535), fill=c), (46, 48, 56))  # type: ignore[misc]
    for x, y in ((566.0, 152.0), (560.0, 172.0), (640.0, 138.0), (646.0, 160.0)):
        scene.draw.polygon(_scaled(_turned((x, y), (26, 9), scene.dice.uniform(0, 90))), fill=(214, 210, 204))
    for _ in range(7):
        x, y = scene.dice.uniform(520, 700), scene.dice.uniform(250, 330)
        scene.draw.polygon(_scaled(_turned((x, y), (16, 7), scene.dice.uniform(0, 180))), fill=black)
    return scene.jpeg()


def parcel() -> bytes:
    """A cardboard box with a crushed corner and a torn label."""
    scene = Scene((150, 156, 160), (112, 118, 124), 2)
    front = _scaled([(270, 330), (930, 300), (950, 610), (850, 720), (290, 740)])
    top = _scaled([(270, 330), (390, 200), (990, 180), (930, 300)])
    scene.lay(lambda d, c: d.polygon(front, fill=c), CARDBOARD)
    scene.lay(lambda d, c: d.polygon(top, fill=c), (206, 166, 120))
    scene.draw.polygon(_scaled([(930, 300), (990, 180), (1004, 480), (950, 610)]), fill=(150, 112, 72))
    scene.draw.polygon(_scaled([(950, 610), (850, 720), (830, 640), (880, 600)]), fill=(128, 92, 58))
    scene.draw.polygon(_scaled([(880, 600), (950, 610), (900, 660)]), fill=(104, 74, 46))
    scene.draw.polygon(_scaled([(556, 318), (620, 314), (640, 728), (572, 732)]), fill=(222, 196, 150))
    label = _scaled([(330, 420), (530, 410), (528, 520), (488, 560), (500, 600), (336, 612)])
    scene.draw.polygon(label, fill=PAPER)
    for row in range(4):
        scene.draw.line(
            _scaled([(350, 448 + row * 26), (500 - row * 18, 444 + row * 26)]), fill=INK, width=5 * SCALE
        )
    for bar in range(16):
        x = 352 + bar * 8
        scene.draw.rectangle(_box(x, 556, x + 2 + bar % 3, 596), fill=INK)
    return scene.jpeg()


def plate() -> bytes:
    """A stoneware plate, cracked through."""
    scene = Scene((88, 108, 112), (60, 78, 84), 3)
    scene.lay(lambda d, c: d.ellipse(_box(280, 140, 920, 780), fill=c), (212, 204, 188))
    scene.lay(lambda d, c: d.ellipse(_box(380, 240, 820, 680), fill=c), (200, 190, 172))
    for radius in (300, 214):
        scene.draw.ellipse(
            _box(600 - radius, 460 - radius, 600 + radius, 460 + radius),
            outline=(150, 128, 100),
            width=4 * SCALE,
        )
    scene.crack((600, 142), (650, 470), width=6)
    scene.crack((650, 470), (860, 640), width=5)
    scene.crack((640, 400), (450, 570), width=3)
    chip = _scaled([(852, 650), (902, 600), (925, 640), (890, 700)])
    scene.draw.polygon(chip, fill=(72, 90, 96))
    scene.lay(
        lambda d, c: d.polygon(_scaled([(972, 716), (1030, 690), (1040, 744), (990, 770)]), fill=c),
        (206, 196, 178),
    )
    return scene.jpeg()


def speaker() -> bytes:
    """A small loudspeaker whose light stays red."""
    scene = Scene((196, 186, 176), (150, 140, 132), 4)
    scene.lay(
        lambda d, c: d.rounded_rectangle(_box(330, 230, 870, 700), radius=80 * SCALE, fill=c), (70, 96, 110)
    )
    for row in range(13):
        for column in range(17):
            x, y = 392 + column * 26, 300 + row * 26
            scene.draw.ellipse(_box(x - 6, y - 6, x + 6, y + 6), fill=(36, 52, 62))
    scene.draw.rounded_rectangle(_box(540, 650, 660, 676), radius=12 * SCALE, fill=(40, 56, 66))
    scene.draw.ellipse(_box(800, 648, 824, 672), fill=(220, 52, 44))
    return scene.jpeg()


def scarf() -> bytes:
    """A scarf that is mustard where the listing said blue."""
    scene = Scene((232, 226, 218), (206, 198, 188), 5)
    scene.lay(
        lambda d, c: d.rounded_rectangle(_box(250, 250, 950, 690), radius=36 * SCALE, fill=c), (206, 158, 54)
    )
    for row in range(22):
        y = 262 + row * 19
        shade = (188, 138, 40) if row % 2 else (218, 172, 72)
        scene.draw.line(_scaled([(268, y), (932, y + 3)]), fill=shade, width=6 * SCALE)
    scene.draw.line(_scaled([(250, 470), (950, 474)]), fill=(150, 106, 28), width=8 * SCALE)
    for x in range(256, 948, 15):
        end = 738 + scene.dice.uniform(-14, 14)
        scene.draw.line(
            _scaled([(x, 686), (x + scene.dice.uniform(-8, 8), end)]), fill=(196, 146, 46), width=5 * SCALE
        )
    scene.lay(lambda d, c: d.polygon(_scaled(_turned((790, 350), (230, 120), -7)), fill=c), PAPER)
    scene.text((696, 322), "Coloris : bleu nuit", size=24)
    scene.text((700, 356), "100 % laine", size=22)
    return scene.jpeg()


def watch() -> bytes:
    """A watch with a fogged, scratched glass."""
    scene = Scene((120, 124, 138), (84, 88, 102), 6)
    scene.lay(
        lambda d, c: d.polygon(_scaled([(500, 60), (700, 60), (720, 320), (480, 320)]), fill=c), (92, 62, 44)
    )
    scene.lay(
        lambda d, c: d.polygon(_scaled([(480, 580), (720, 580), (700, 850), (500, 850)]), fill=c),
        (92, 62, 44),
    )
    scene.lay(lambda d, c: d.ellipse(_box(400, 250, 800, 650), fill=c), (186, 188, 194))
    scene.lay(lambda d, c: d.ellipse(_box(430, 280, 770, 620), fill=c), (238, 236, 228))
    for hour in range(12):
        angle = math.radians(hour * 30)
        inner, outer = 136, 156
        scene.draw.line(
            _scaled([(600 + r * math.sin(angle), 450 - r * math.cos(angle)) for r in (inner, outer)]),
            fill=INK,
            width=7 * SCALE,
        )
    scene.draw.line(_scaled([(600, 450), (540, 388)]), fill=INK, width=10 * SCALE)
    scene.draw.line(_scaled([(600, 450), (690, 400)]), fill=INK, width=7 * SCALE)
    fog = Image.new("L", scene.image.size, 0)
    ImageDraw.Draw(fog).ellipse(_box(560, 440, 770, 630), fill=150)
    fog = fog.filter(ImageFilter.GaussianBlur(26 * SCALE))
    scene.image.paste(Image.new("RGB", scene.image.size, (226, 230, 234)), mask=fog)
    scene.crack((470, 340), (650, 560), width=3)
    return scene.jpeg()


def statement() -> bytes:
    """A bank's screen that shows the same amount twice. Pillow's own font has no accents."""
    scene = Scene((226, 230, 236), (206, 212, 220), 7)
    scene.lay(
        lambda d, c: d.rounded_rectangle(_box(310, 60, 890, 860), radius=46 * SCALE, fill=c), (30, 32, 38)
    )
    scene.draw.rounded_rectangle(_box(330, 82, 870, 838), radius=30 * SCALE, fill=(250, 250, 252))
    scene.text((366, 116), "Mon compte", size=34)
    rows = [
        ("Boulangerie du Pont", "- 4,20 EUR"),
        ("MARCHE MIRABELLE", "- 64,90 EUR"),
        ("MARCHE MIRABELLE", "- 64,90 EUR"),
        ("Transports urbains", "- 2,10 EUR"),
        ("Virement de Paul", "+ 120,00 EUR"),
    ]
    for index, (who, amount) in enumerate(rows):
        y = 210 + index * 112
        if who.startswith("MARCH"):
            scene.draw.rectangle(_box(346, y - 22, 854, y + 66), fill=(255, 236, 214))
        scene.text((368, y), who, size=27)
        scene.text((676, y), amount, size=27, colour=(30, 120, 70) if amount[0] == "+" else INK)
        scene.draw.line(_scaled([(366, y + 76), (834, y + 76)]), fill=(222, 224, 230), width=2 * SCALE)
    return scene.jpeg()


def packing() -> bytes:
    """The seller's photo of a parcel before it left: whole, padded, labelled."""
    scene = Scene((204, 206, 200), (170, 174, 168), 8)
    scene.lay(lambda d, c: d.rectangle(_box(300, 210, 900, 710), fill=c), CARDBOARD)
    scene.draw.rectangle(_box(340, 250, 860, 670), fill=(146, 110, 70))
    for row in range(6):
        for column in range(8):
            x, y = 356 + column * 62, 262 + row * 66
            scene.draw.ellipse(
                _box(x, y, x + 56, y + 58), fill=(230, 236, 240), outline=(196, 206, 214), width=3 * SCALE
            )
    scene.lay(
        lambda d, c: d.rounded_rectangle(_box(440, 330, 760, 590), radius=22 * SCALE, fill=c), (44, 46, 54)
    )
    scene.text((520, 440), "NOVA", size=54, colour=(228, 226, 220))
    return scene.jpeg()


def _sheet(seed: int, title: str, lines: Sequence[str], stamp: str) -> bytes:
    """A sheet of paper on a table, with a round stamp."""
    scene = Scene((196, 178, 152), (160, 142, 118), seed)
    scene.lay(lambda d, c: d.polygon(_scaled(_turned((600, 450), (820, 640), 2)), fill=c), PAPER)
    scene.text((250, 190), title, size=40)
    for row, line in enumerate(lines):
        scene.text((250, 280 + 54 * row), line, size=30)
    scene.draw.ellipse(_box(700, 480, 930, 710), outline=(30, 70, 150), width=5 * SCALE)
    scene.text((735, 580), stamp, size=26, colour=(30, 70, 150))
    return scene.jpeg()


def deposit_slip() -> bytes:
    """The post's receipt for a registered letter."""
    lines = ("Recommande avec AR", "No 1A 123 456 7890 1", "Marche Mirabelle", "69000 LYON")
    return _sheet(9, "PREUVE DE DEPOT", lines, "LA POSTE")


def returned_envelope() -> bytes:
    """A registered letter that nobody fetched, back with its label."""
    lines = ("Marche Mirabelle", "5 quai des Inventions", "69000 LYON", "", "Pli avise et non reclame")
    return _sheet(10, "RETOUR A L'ENVOYEUR", lines, "RETOUR")


def letter_that_came() -> bytes:
    """The first page of a letter, as the desk scans it."""
    lines = (
        "Marilou Tessier",
        "Madame, Monsieur,",
        "voici la facture d'achat",
        "que vous demandez.",
        "",
        "M. Tessier",
    )
    return _sheet(11, "LETTRE RECUE", lines, "RECU")


PICTURES: dict[str, Callable[[], bytes]] = {
    "casque": headset,
    "colis": parcel,
    "assiette": plate,
    "enceinte": speaker,
    "echarpe": scarf,
    "montre": watch,
    "releve": statement,
    "emballage": packing,
    "depot": deposit_slip,
    "retour": returned_envelope,
    "courrier": letter_that_came,
}
"""By the name that their files have, as French people name them."""


def draw(name: str) -> bytes:
    """Return a picture as JPEG. Raises KeyError for one that nobody drew."""
    return PICTURES[name]()
