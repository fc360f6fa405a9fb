#!/usr/bin/env python3
"""Reads labelled sets of pictures, as they are and behind filters, and tells how many answers the best reader has whole.

    python table.py --out FILE [--filters a,b] [--filtered N] LABEL=DIR...

Prints a Markdown table, row by row, and writes it to FILE as well.
"""
import argparse
import sys

import cv2
from PIL import Image

import filter
import readers
from pictures import entries, opened, tones


def best(found):
    """The share of whole answers of the best reader in per cent, and its name."""
    name = max(found, key=lambda name: sum(found[name]))
    return 100 * sum(found[name]) / len(found[name]), name


def behind(kind, reader, images, texts):
    """What the best reader has of pictures behind a filter."""
    filtered = [filter.FILTERS[kind](tones(image)) for image in images]
    return max(best(reader.right([Image.fromarray(image) for image in version], texts)) for version in zip(*filtered))


def row(label, folder, reader, options):
    lines = entries(folder)
    images = [opened(folder, file) for file, *_ in lines]
    texts = [text for _, text, *_ in lines]
    share, name = best(reader.right(images, texts))
    cells = [label, str(len(images)), f"{share:.1f}", name if share else ""]
    images, texts = images[:options.filtered], texts[:options.filtered]
    found = {kind: behind(kind, reader, images, texts) for kind in options.filters}
    if found:
        strongest = max(found, key=lambda kind: found[kind][0])
        share, name = found[strongest]
        cells += [str(len(images)), f"{share:.1f}", f"{strongest}, {name}" if share else ""]
        cells += [f"{found[kind][0]:.1f}" for kind in options.filters]
    return cells


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="LABEL=DIR")
    parser.add_argument("--filters", default="", type=lambda names: [name for name in names.split(",") if name])
    parser.add_argument("--filtered", type=int, default=100, help="how many pictures of a set go through filters")
    parser.add_argument("--no-tesseract", action="store_true", help="leaves it out, which takes most of the time")
    parser.add_argument("--out", help="a file for the table")
    options = parser.parse_args()
    unknown = set(options.filters) - set(filter.FILTERS)
    if unknown:
        parser.error(f"no filter {', '.join(sorted(unknown))}; there are {', '.join(filter.FILTERS)}")
    cv2.setNumThreads(1)
    reader = readers.Readers(tesseract=not options.no_tesseract)
    if not reader.tesseract:
        why = "left out" if options.no_tesseract else "missing: not on the PATH"
        print(f"tesseract is {why}, and so not among the readers", file=sys.stderr)
    head = ["size/letters", "n", "best reader, %", "which"]
    if options.filters:
        head += ["n", "behind the best filter, %", "which", *(f"{kind}, %" for kind in options.filters)]
    lines = [head, ["---"] * len(head)]
    out = open(options.out, "w", encoding="utf-8") if options.out else None
    for cells in (*lines, *(None for _ in options.sets)):
        if cells is None:
            label, folder = options.sets.pop(0).split("=", 1)
            cells = row(label, folder, reader, options)
        line = f"| {' | '.join(cells)} |"
        for file in (sys.stdout, out):
            if file:
                print(line, file=file, flush=True)


if __name__ == "__main__":
    main()
