"""Ready-made readers of text: two networks of ddddocr, each read in two ways and off two pictures, and tesseract off the same two."""
import os
import re
import shutil
import subprocess
import tempfile

import cv2
import ddddocr
import numpy as np
import onnxruntime
from PIL import Image

LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
BLANK = 0


def cleaned(image):
    """What somebody does first: specks off, three times as large, two tones, dark on white with a margin."""
    grey = cv2.medianBlur(np.asarray(image.convert("L")), 3)
    grey = cv2.resize(grey, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    _, tones = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if tones.mean() < 127.5:
        tones = 255 - tones
    return Image.fromarray(np.pad(tones, 30, constant_values=255))


def answer(text):
    """A reading as it would be typed."""
    return re.sub("[^0-9A-Z]", "", text.upper())


class Network:
    """One of ddddocr's, run once for a picture and decoded twice: as it comes, and restricted to digits and Latin letters."""

    def __init__(self, name, beta):
        reader = ddddocr.DdddOcr(show_ad=False, beta=beta)
        self.charset = reader.get_charset()
        self.names = [name, f"{name}, alphanumeric"]
        kept = [i for i, letter in enumerate(self.charset) if letter and letter in LETTERS]
        self.kept = [np.arange(len(self.charset)), np.array([BLANK, *kept])]
        self.session = reader.ocr_engine.session
        self.input = self.session.get_inputs()[0].name

    def read(self, image):
        width = max(1, int(image.width * 64 / image.height))
        pixels = np.asarray(image.resize((width, 64), Image.LANCZOS).convert("L"), np.float32)
        steps = self.session.run(None, {self.input: pixels[None, None] / 255})[0]
        steps = steps[:, 0] if steps.shape[1] == 1 else steps[0]
        return [answer(self.decoded(kept[steps[:, kept].argmax(1)])) for kept in self.kept]

    def decoded(self, best):
        """Repeats are one letter, and blanks are none."""
        first = np.r_[True, best[1:] != best[:-1]]
        return "".join(self.charset[i] for i in best[first & (best != BLANK)])


class Tesseract:
    """A program of its own, which reads a list of files."""

    names = ["tesseract"]

    @staticmethod
    def is_there():
        return shutil.which("tesseract") is not None

    def read_all(self, images):
        with tempfile.TemporaryDirectory() as folder:
            files = [os.path.join(folder, f"{i}.png") for i in range(len(images))]
            for file, image in zip(files, images):
                image.save(file, dpi=(300, 300))
            pages = self.run(self.listed(folder, files)).split("\f")[:-1]
            # A picture without a line of text may have no page.
            return [answer(page) for page in (pages if len(pages) == len(files) else map(self.run, files))]

    @staticmethod
    def listed(folder, files):
        path = os.path.join(folder, "files.txt")
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(f"{file}\n" for file in files)
        return path

    @staticmethod
    def run(path):
        command = ["tesseract", path, "-", "--psm", "7", "-c", f"tessedit_char_whitelist={LETTERS}"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
                              env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        return done.stdout.decode("utf-8", "replace")


class Readers:
    def __init__(self, tesseract=True):
        with one_thread():
            self.networks = [Network("ddddocr", False), Network("ddddocr beta", True)]
        self.tesseract = Tesseract() if tesseract and Tesseract.is_there() else None

    def right(self, images, texts):
        """For each reader, of each picture whether its whole answer is right."""
        wanted = [text.upper() for text in texts]
        found = {}
        for off, pictures in (("", images), (", cleaned", [cleaned(image) for image in images])):
            for network in self.networks:
                readings = [network.read(image) for image in pictures]
                for i, name in enumerate(network.names):
                    found[name + off] = [reading[i] for reading in readings]
            if self.tesseract:
                found["tesseract" + off] = self.tesseract.read_all(pictures)
        return {name: [read == text for read, text in zip(all_read, wanted)] for name, all_read in found.items()}


class one_thread:
    """onnxruntime takes every core it sees, which on a busy machine is slower, unless its sessions are told otherwise."""

    def __enter__(self):
        self.session = onnxruntime.InferenceSession

        def limited(*args, **options):
            settings = onnxruntime.SessionOptions()
            settings.intra_op_num_threads = settings.inter_op_num_threads = 1
            return self.session(*args, **{**options, "sess_options": settings})

        onnxruntime.InferenceSession = limited

    def __exit__(self, *_):
        onnxruntime.InferenceSession = self.session
