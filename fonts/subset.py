#!/usr/bin/env python3
# /// script
# requires-python = ">=3.9"
# dependencies = ["fonttools==4.68.0", "brotli==1.2.1", "skia-pathops==0.9.2"]
# ///
"""Make the embedded fonts again, byte for byte, from their npm packages.

    python3 -m venv venv
    venv/bin/pip install fonttools==4.68.0 brotli==1.2.1 skia-pathops==0.9.2
    venv/bin/python fonts/subset.py            # write the .ttf and licence files
    venv/bin/python fonts/subset.py --check    # compare with the files here

Needs `npm` on the PATH. Every package is pinned to an exact version and every
source font to its SHA-256. Output depends on the three Python packages above,
so keep to the versions given.
"""

import argparse
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.removeOverlaps import removeOverlaps

HERE = Path(__file__).resolve().parent

# Printable ASCII, and the operators of arithmetic captchas: × ÷ −
UNICODES = [*range(0x20, 0x7F), 0x00D7, 0x00F7, 0x2212]

# The frequent Chinese characters that Noto Sans SC is cut to.
HAN = [ord(letter) for letter in (HERE / "han.txt").read_text("utf-8") if letter != "\n"]

# Copyright, family, style, licence, licence URL.
NAME_IDS = [0, 1, 2, 13, 14]

# (npm package, version, script, CSS weight, family, style, SHA-256 of the .woff2)
FACES = [
    ("signika", "5.3.0", "latin", 700, "Signika", "Bold",
     "fa66e57dd682d11d80f5f3761ef4b35ca806c6ea1e20598c31624ebaa76e4209"),
    ("roboto-slab", "5.3.0", "latin", 800, "Roboto Slab", "ExtraBold",
     "554c88442931155d2f07608d29fc9d403962f934ec43ef9aff6823e9c2c25ac9"),
    ("nunito", "5.3.0", "latin", 900, "Nunito", "Black",
     "9ca32f5d8334579387361096944286df451272a557bb09bd906254a623aba99e"),
    ("sofia-sans-condensed", "5.3.0", "latin", 800, "Sofia Sans Condensed", "ExtraBold",
     "a88f414701e45c7a3d271bb4c04685c4fc3b3acd44a8ea28ed33385a1325c92c"),
    ("playpen-sans", "5.3.0", "latin", 800, "Playpen Sans", "ExtraBold",
     "372b41b9a31e2d6efcddfbf9f1ab781e419504262f3a41ba946ee3b607e8ba71"),
    ("grandstander", "5.3.0", "latin", 700, "Grandstander", "Bold",
     "eac96063445662cef9d06a393b6897fde87d3ad987423349e12e7caef93f7ef6"),
    ("montserrat", "5.3.0", "latin", 800, "Montserrat", "ExtraBold",
     "ba826fb84c2e961578adf3a08b5778b87905d4443445d1d56d84f9f157d5ea4b"),
    ("noto-sans-sc", "5.3.0", "chinese-simplified", 700, "Noto Sans SC", "Bold",
     "e1df51edc00bce27b58044e829fb8ec6accc8a5daece475413de90d52818845c"),
]


def fetch(package, version, directory):
    """Download one package with npm and return its files as {path: bytes}."""
    npm = shutil.which("npm") or sys.exit("npm is not on the PATH")
    done = subprocess.run(
        [npm, "pack", f"@fontsource/{package}@{version}", "--silent", "--pack-destination", str(directory)],
        check=True, stdout=subprocess.PIPE, text=True,
    )
    archive = Path(directory) / done.stdout.split()[-1]
    with tarfile.open(archive) as tar:
        return {
            member.name.split("/", 1)[1]: tar.extractfile(member).read()
            for member in tar
            if member.isfile()
        }


def make(source, family, style, unicodes):
    """Return the subset of the font `source` (bytes) to some characters as TrueType bytes."""
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    font.flavor = None

    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.legacy_kern = False
    options.name_IDs = NAME_IDS
    options.name_languages = [0x409]
    options.name_legacy = False
    options.glyph_names = False
    options.notdef_glyph = True
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "STAT", "gasp", "kern", "DSIG", "meta", "vhea", "vmtx", "BASE"]

    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)

    missing = set(unicodes) - set(font.getBestCmap())
    if missing:
        sys.exit(f"{family}: no glyph for " + ", ".join(f"U+{u:04X}" for u in sorted(missing)))
    if "glyf" not in font or "fvar" in font:
        sys.exit(f"{family}: not a static TrueType font")

    # Upstream names of static instances carry those of the variable default
    # ("Signika Light Bold"); state the real ones.
    plain = style in ("Regular", "Bold")
    names = font["name"]
    names.setName(family if plain else f"{family} {style}", 1, 3, 1, 0x409)
    names.setName(style if plain else "Regular", 2, 3, 1, 0x409)

    # Overlapping contours would show when outlines are filled by the even-odd
    # rule or stroked.
    removeOverlaps(font, removeHinting=True)

    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare with the existing files")
    check = parser.parse_args().check

    stale = []
    for package, version, script, weight, family, style, pinned in FACES:
        with tempfile.TemporaryDirectory() as directory:
            files = fetch(package, version, directory)
        source = files[f"files/{package}-{script}-{weight}-normal.woff2"]
        digest = hashlib.sha256(source).hexdigest()
        if digest != pinned:
            sys.exit(f"{package}@{version}: the source font has SHA-256 {digest}")

        for path, data in (
            (HERE / f"{package}-{style.lower()}.ttf", make(source, family, style, UNICODES if script == "latin" else HAN)),
            (HERE / f"{package}-LICENSE.txt", files["LICENSE"]),
        ):
            if not check:
                path.write_bytes(data)
            elif not path.is_file() or path.read_bytes() != data:
                stale.append(path.name)
            print(f"{hashlib.sha256(data).hexdigest()}  {len(data):6}  {path.name}")
    if stale:
        sys.exit("differ: " + ", ".join(stale))


if __name__ == "__main__":
    main()
