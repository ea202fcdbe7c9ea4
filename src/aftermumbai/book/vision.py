"""How far colours stand apart, for readers with full and with less colour vision. Imported by the page that says so.

Colours are written ``#rrggbb`` (sRGB). Contrast is that of WCAG 2.2. Two-cone vision is simulated with the matrices
of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE
Transactions on Visualization and Computer Graphics 15 (2009), severity 1.0, applied to linear light
(https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html). Distances are CIEDE2000, after
Sharma, Wu and Dalal, Color Research and Application 30 (2005): one is a difference that is just seen between two
large patches side by side.
"""

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

# How linear red, green and blue reach the reader, row by row.
SIGHTS = {
    "full colour vision": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
# The least distance of two colours that a reader has to tell apart. Marks are small and stand apart, often on both
# sides of a chart and one of them in a legend, so it is ten times what is just seen on large patches side by side.
APART = 10

Triple = tuple[float, float, float]


def linear(colour: str) -> Triple:
    """Linear red, green and blue of a colour, 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    high, low = sorted([luminance(one), luminance(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


def over(colour: str, opacity: float, page: str) -> str:
    """The colour that one with an opacity gives on a page."""
    channels = [
        round(opacity * int(colour[i : i + 2], 16) + (1 - opacity) * int(page[i : i + 2], 16)) for i in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def lab(colour: str, sight: str = "full colour vision") -> Triple:
    """CIE L*, a*, b* (D65) of a colour as a reader sees it.

    Args:
        colour: the colour.
        sight: a key of :data:`SIGHTS`.
    """
    light = linear(colour)
    seen = [min(max(sum(part * value for part, value in zip(row, light, strict=True)), 0), 1) for row in SIGHTS[sight]]
    red, green, blue = seen
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > (6 / 29) ** 3 else v * (29 / 6) ** 2 / 3 + 4 / 29 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def ciede2000(one: Triple, other: Triple) -> float:
    """CIEDE2000 between two colours given as L*, a*, b*; all weights are one."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (hypot(a1, b1) + hypot(a2, b2)) / 2
    grey = 1.5 - 0.5 * sqrt(mean**7 / (mean**7 + 25**7))
    c1, c2 = hypot(a1 * grey, b1), hypot(a2 * grey, b2)
    h1, h2 = degrees(atan2(b1, a1 * grey)) % 360, degrees(atan2(b2, a2 * grey)) % 360
    if c1 * c2 == 0:
        turn, hue = 0.0, h1 + h2
    else:
        turn = (h2 - h1 + 180) % 360 - 180
        hue = (h1 + h2) / 2 if abs(h1 - h2) <= 180 else ((h1 + h2) / 2 + 180) % 360
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    lobes = ((0.17, 1, -30, -1), (0.24, 2, 0, 1), (0.32, 3, 6, 1), (0.20, 4, -63, -1))
    t = 1 + sum(sign * size * cos(radians(times * hue + shift)) for size, times, shift, sign in lobes)
    by_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / sqrt(20 + (light - 50) ** 2))
    by_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    by_hue = 2 * sqrt(c1 * c2) * sin(radians(turn) / 2) / (1 + 0.015 * chroma * t)
    twist = sin(radians(60 * exp(-(((hue - 275) / 25) ** 2)))) * 2 * sqrt(chroma**7 / (chroma**7 + 25**7))
    return sqrt(by_light**2 + by_chroma**2 + by_hue**2 - twist * by_chroma * by_hue)


def distance(one: str, other: str, sight: str) -> float:
    """How far two colours stand apart for a reader; ``sight`` is a key of :data:`SIGHTS`."""
    return ciede2000(lab(one, sight), lab(other, sight))


def nearest(name: str, colours: dict[str, str], sight: str) -> tuple[str, float]:
    """The colour that is hardest to tell from a named one, and its distance."""
    rest = {other: distance(colours[name], value, sight) for other, value in colours.items() if other != name}
    return min(rest.items(), key=lambda item: item[1])


def closest(colours: dict[str, str], sight: str) -> tuple[str, str, float]:
    """The two colours that are hardest to tell apart, and their distance."""
    near = {name: nearest(name, colours, sight) for name in colours}
    name = min(near, key=lambda key: near[key][1])
    return name, *near[name]
