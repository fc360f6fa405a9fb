"""Makes postscript.otf: letters of Signika Bold as PostScript outlines with subroutines, and two beyond ASCII.

    python3 -m venv venv
    venv/bin/pip install fonttools==4.68.0 cffsubr==0.4.0
    venv/bin/python tests/fonts/postscript.py     # from the root of the repository
"""

import cffsubr
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

source = TTFont("fonts/signika-bold.ttf")
shapes, characters = source.getGlyphSet(), source.getBestCmap()
letters = {letter: characters[ord(letter)] for letter in "ABCDEFGHKLMNPRTWXYZ0123456789"}
# Glyphs of two letters more, and whose shapes they have.
more = {"é": "eacute", "ж": "zhe"}
shape_of = {"eacute": letters["E"], "zhe": letters["X"]}

builder = FontBuilder(1000, isTTF=False)
builder.setupGlyphOrder([".notdef", *letters.values(), *more.values()])
builder.setupCharacterMap({ord(letter): glyph for letter, glyph in (letters | more).items()})
strings = {}
for glyph in builder.font.getGlyphOrder():
    shape = shapes[shape_of.get(glyph, glyph)]
    pen = T2CharStringPen(shape.width, shapes)
    shape.draw(Qu2CuPen(pen, 0.5, all_cubic=True))
    strings[glyph] = pen.getCharString()
builder.setupCFF("CcapTest", {"FullName": "Ccap Test"}, strings, {})
builder.setupHorizontalMetrics({glyph: (500, 0) for glyph in strings})
builder.setupHorizontalHeader(ascent=900, descent=-200)
builder.setupNameTable({"familyName": "Ccap Test", "styleName": "Regular"})
builder.setupOS2()
builder.setupPost(keepGlyphNames=False)
builder.font["head"].created = builder.font["head"].modified = 0
builder.font.recalcTimestamp = False
cffsubr.subroutinize(builder.font)
builder.save("tests/fonts/postscript.otf")
