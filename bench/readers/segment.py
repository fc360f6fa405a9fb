#!/usr/bin/env python3
"""A small network that tells letters from stripes, trained on pictures whose letters alone are known.

    cargo run --release --manifest-path bench/readers/layers/Cargo.toml --target-dir target/layers -- TRAIN 2000 256 60 6
    cargo run --release --manifest-path bench/readers/layers/Cargo.toml --target-dir target/layers -- TEST 100 256 60 6 1000000
    python segment.py TRAIN TEST DST [--epochs 6] [--limit N] [--seed 1]

DST gets what the network makes of TEST's pictures, dark letters on white, and the same answers: a labelled set for table.py. The
network sees about half a picture's height around each pixel and knows no letter as such. Needs PyTorch, numpy and Pillow, of Debian:
`apt-get install python3-torch python3-pil`.
"""
import argparse
import os
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from pictures import entries, opened, tones


def block(before, after):
    return nn.Sequential(nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU())


class Network(nn.Module):
    """Three scales, the finest of which is of 2 by 2 px."""

    def __init__(self, width=24):
        super().__init__()
        self.fine = nn.Sequential(block(4, width), block(width, width))
        self.middle = nn.Sequential(block(width, 2 * width), block(2 * width, 2 * width))
        self.coarse = nn.Sequential(block(2 * width, 3 * width), block(3 * width, 3 * width), block(3 * width, 2 * width))
        self.middle_up = nn.Sequential(block(4 * width, 2 * width), block(2 * width, width))
        self.fine_up = nn.Sequential(block(2 * width, width), block(width, width), nn.Conv2d(width, 4, 1))

    def forward(self, tone):
        fine = self.fine(F.pixel_unshuffle(tone, 2))
        middle = self.middle(F.max_pool2d(fine, 2, ceil_mode=True))
        coarse = self.coarse(F.max_pool2d(middle, 2, ceil_mode=True))
        middle = self.middle_up(torch.cat([middle, F.interpolate(coarse, size=middle.shape[2:])], 1))
        fine = self.fine_up(torch.cat([fine, F.interpolate(middle, size=fine.shape[2:])], 1))
        return F.pixel_shuffle(fine, 2)


def loaded(folder, lines, column):
    # Whichever colour is ink: the network must not tell by it.
    return torch.from_numpy(np.stack([tones(opened(folder, line[column])) for line in lines]))[:, None]


def signed_alike(letters):
    """Letters are 1 and ground, which is all of the border, -1."""
    border = torch.cat([letters[:, :, 0], letters[:, :, -1]], -1).mean(-1)[:, :, None, None]
    return torch.where(border > 0, -letters, letters)


def trained(pictures, letters, epochs, batch):
    network = Network()
    steps = epochs * (len(pictures) // batch)
    learner = torch.optim.AdamW(network.parameters(), lr=4e-3, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.OneCycleLR(learner, 4e-3, total_steps=steps)
    start, loss_so_far, done = time.time(), None, 0
    for _ in range(epochs):
        for some in torch.randperm(len(pictures))[:len(pictures) // batch * batch].view(-1, batch):
            # A picture with its colours exchanged, or seen in a mirror, is another one with the same letters to find.
            seen, wanted = pictures[some], letters[some]
            seen = seen * (torch.randint(0, 2, (batch, 1, 1, 1)) * 2 - 1)
            ways = [axis for axis in (2, 3) if torch.rand(()) < 0.5]
            seen, wanted = seen.flip(ways), wanted.flip(ways)
            loss = F.binary_cross_entropy_with_logits(network(seen), (wanted + 1) / 2)
            learner.zero_grad()
            loss.backward()
            learner.step()
            pace.step()
            done += 1
            loss_so_far = loss.item() if loss_so_far is None else 0.95 * loss_so_far + 0.05 * loss.item()
            if done % 50 == 0:
                print(f"step {done} of {steps}, loss {loss_so_far:.3f}, {time.time() - start:.0f} s", flush=True)
    return network.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("dst")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--limit", type=int, help="train on this many pictures from the first")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    lines = entries(options.train, options.limit)
    network = trained(loaded(options.train, lines, 0), signed_alike(loaded(options.train, lines, 2)), options.epochs, options.batch)
    lines = entries(options.test)
    os.makedirs(options.dst, exist_ok=True)
    right = []
    with open(os.path.join(options.dst, "manifest.tsv"), "w", encoding="utf-8") as manifest, torch.no_grad():
        for line in lines:
            found = torch.sigmoid(network(loaded(options.test, [line], 0)))[0, 0]
            wanted = signed_alike(loaded(options.test, [line], 2))[0, 0] > 0
            right.append(((found > 0.5) == wanted).float().mean().item())
            Image.fromarray((255 * (1 - found.numpy())).astype(np.uint8)).save(os.path.join(options.dst, line[0]))
            manifest.write(f"{line[0]}\t{line[1]}\n")
    print(f"{100 * np.mean(right):.1f} % of the pixels of {len(lines)} other pictures right")


if __name__ == "__main__":
    main()
