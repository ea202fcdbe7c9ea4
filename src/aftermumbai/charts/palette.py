"""The colours of every chart and map, in one place. Imports nothing; no other module writes a colour.

Nine colours for data, each with a contrast of at least 3 : 1 on the light and on the dark page, and any two of
them so far apart that they stay apart for readers with protanopia or deuteranopia. The light and the dark ones
differ in lightness, because hue alone does not reach such readers. ``book/vision.py`` measures,
``tests/test_palette.py`` holds the limits, and the page on methodology shows the result.
"""

RED = "#bf4522"
VIOLET = "#a479ff"
BLUE = "#0066c6"
TEAL = "#00a1af"
OCHRE = "#cd8118"
PINK = "#a3447b"
GREEN = "#40a46a"
GREY = "#6e605a"
PALE = "#909390"

# Each colour, and what it stands for wherever a chart draws that.
COLOURS = {"red": RED, "violet": VIOLET, "blue": BLUE, "teal": TEAL, "ochre": OCHRE, "pink": PINK, "green": GREEN}
COLOURS |= {"grey": GREY, "pale": PALE}
MEANINGS = {
    "red": "Attacks and armed groups; the bad end of an order (contradicted, non-compliant, vacant)",
    "violet": "The United Nations and other third parties; on the timeline military action",
    "blue": "India; the good end of an order (supported, compliant, confirmed)",
    "teal": "The United States; second best in an order",
    "ochre": "What lies between (mixed, partial, acting); on maps China; on the timeline sanctions",
    "pink": "The FATF",
    "green": "Pakistan",
    "grey": "Courts, and what is not known",
    "pale": "Nobody, nothing, and what is there for comparison",
}

# Furniture: text, lines of the frame, and the page; the scripts and styles of the book recolour these at night.
TEXT, MUTED, RULE = "#3b4252", "#5b6472", "#d5d9e0"
WHITE = "#ffffff"
PAGES = {"light": WHITE, "dark": "#121212"}
