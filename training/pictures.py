"""Training pictures: photos at several sizes, training paintings, procedural ones; all strongly varied."""
import glob
import math
import os
import random

import numpy as np
import torch
from PIL import Image

# Starry Night, The Scream, the Great Wave and all of content/ are kept for the test.
PAINTINGS = ["fns_composition_vii", "lengstrom_the_shipwreck_of_the_minotaur", "cysmith_woman-with-hat-matisse"]
SHRINK = [1.0, 1.5, 2.2, 3.2]
PAINTING_WIDTHS = [256, 320, 420, 560]


def planar(image):
    return torch.from_numpy(np.asarray(image, dtype=np.uint8).transpose(2, 0, 1).copy())


def resized(image, width):
    return image.resize((width, round(image.height * width / image.width)), Image.LANCZOS)


class Pictures:
    """Random crops. Everything is decoded and scaled once; a crop is then a slice."""

    def __init__(self, data, largest_crop=160, seed=0):
        self.random = random.Random(seed)
        self.numpy = np.random.default_rng(seed)
        self.photos, self.paintings = [], []
        for path in sorted(glob.glob(os.path.join(data, "photos", "*.jpg"))):
            image = Image.open(path).convert("RGB")
            sizes = [planar(resized(image, round(image.width / z))) for z in SHRINK if min(image.size) / z >= largest_crop]
            self.photos.append(sizes)
        for name in PAINTINGS:
            image = Image.open(os.path.join(data, "styles", name + ".jpg")).convert("RGB")
            self.paintings.append([planar(resized(image, w)) for w in PAINTING_WIDTHS])

    def crop(self, sources, size):
        picture = self.random.choice(self.random.choice(sources))
        top = self.random.randint(0, picture.shape[1] - size)
        left = self.random.randint(0, picture.shape[2] - size)
        return picture[:, top : top + size, left : left + size].float()

    def turned(self, x):
        if self.random.random() < 0.5:
            x = x.flip(2)
        if self.random.random() < 0.2:
            x = x.flip(1)
        return x.transpose(1, 2) if self.random.random() < 0.3 else x

    def recoloured(self, x, strength=1.0):
        """Saturation, contrast, brightness, tone curve, channel order, negative."""
        r = self.random
        if r.random() < 0.5 * strength:
            grey = x.mean(0, keepdim=True)
            x = grey + (x - grey) * r.uniform(0, 2.2)
        if r.random() < 0.5 * strength:
            x = (x - x.mean()) * r.uniform(0.4, 2.0) + x.mean()
        if r.random() < 0.3 * strength:
            x = 255 * (x / 255).clamp(0, 1) ** r.uniform(0.5, 2.0)
        if r.random() < 0.3 * strength:
            x = x[torch.tensor(r.sample(range(3), 3))]
        if r.random() < 0.15 * strength:
            x = 255 - x
        if r.random() < 0.2 * strength:
            x = x * torch.tensor([r.uniform(0.5, 1.3) for _ in range(3)])[:, None, None]
        return x.clamp(0, 255)

    def noisy(self, x):
        """Like the rough states an optimiser passes through: noise of several grain sizes, values beyond 0..255."""
        for grain in (1, 1, 2, 4):
            if self.random.random() < 0.35:
                shape = (1, 3, -(-x.shape[1] // grain), -(-x.shape[2] // grain))
                noise = torch.from_numpy(self.numpy.standard_normal(shape, dtype=np.float32))
                if self.random.random() < 0.3:
                    noise = noise.mean(1, keepdim=True).expand(shape)
                if grain > 1:
                    noise = torch.nn.functional.interpolate(noise, size=x.shape[1:], mode="bilinear", align_corners=False)
                x = x + noise[0, :, : x.shape[1], : x.shape[2]] * self.random.uniform(1, 30)
        return x

    def clouds(self, size):
        """Coloured fractal noise."""
        out = torch.zeros(3, size, size)
        fall = self.random.uniform(0, 1.5)
        for octave in range(1, 8):
            n = 2**octave
            cells = torch.from_numpy(self.numpy.random((1, 3, n, n), dtype=np.float32))
            layer = torch.nn.functional.interpolate(cells, size=(size, size), mode="bilinear", align_corners=False)[0]
            out += layer * self.random.random() / octave**fall
        return 255 * (out - out.min()) / (out.max() - out.min() + 1e-6)

    def leaves(self, size):
        """Overlapping ellipses and bars, some striped: flat colours, hard edges, strokes."""
        r = self.random
        out = torch.ones(3, size, size) * torch.tensor([r.random() for _ in range(3)])[:, None, None]
        rows, columns = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
        longest = r.choice([size / 3, size / 8])
        for _ in range(r.randint(20, 120)):
            radius = r.uniform(2, longest) ** r.uniform(0.5, 1)
            angle, cx, cy = r.random() * math.pi, r.random() * size, r.random() * size
            u = (columns - cx) * math.cos(angle) + (rows - cy) * math.sin(angle)
            v = (rows - cy) * math.cos(angle) - (columns - cx) * math.sin(angle)
            short = radius * r.uniform(0.1, 1)
            inside = (u / radius) ** 2 + (v / short) ** 2 < 1 if r.random() < 0.6 else (u.abs() < radius) & (v.abs() < short)
            stripes = 0.15 * torch.sin(u * r.uniform(0, 2)) if r.random() < 0.4 else 0 * u
            colour = torch.tensor([r.random() for _ in range(3)])[:, None, None]
            out = torch.where(inside, colour + stripes, out)
        return 255 * out.clamp(0, 1)

    def plain(self, size):
        """One picture to learn features from, `[3,size,size]`."""
        which = self.random.random()
        if which < 0.1:
            x = self.clouds(size) if self.random.random() < 0.5 else self.leaves(size)
        else:
            x = self.crop(self.paintings if which < 0.3 else self.photos, size)
        return self.noisy(self.recoloured(self.turned(x)))

    def content(self, size):
        return self.recoloured(self.turned(self.crop(self.photos, size)), 0.3)

    def style(self, size):
        which = self.random.random()
        if which < 0.15:
            x = self.leaves(size) if self.random.random() < 0.6 else self.clouds(size)
        else:
            x = self.crop(self.paintings if which < 0.65 else self.photos, size)
        return self.recoloured(self.turned(x), 0.7)

    def batch(self, make, count, size):
        return torch.stack([make(size) for _ in range(count)])
