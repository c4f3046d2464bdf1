"""Paints the nine test pairs with several networks; VGG-19 judges. `evaluate.py OUT lite.safetensors lite0.safetensors`."""
import argparse
import hashlib
import json
import os
import time

import numpy as np
import torch
from PIL import Image

from network_file import Network, RandomNetwork
from vgg import CHANNELS, CONTENT, STYLE, Teacher, content_energy, gram, total_variation

CONTENTS = ["cysmith_tubingen", "cysmith_golden_gate", "cysmith_taj_mahal"]
STYLES = ["lengstrom_wave", "cysmith_starry-night", "cysmith_the_scream"]
DIAGONAL = [(0, 0), (1, 1), (2, 2)]
CONTENT_WEIGHT, STYLE_WEIGHT, TV_WEIGHT = 5.0, 100.0, 1e-3


def load(path, width=256):
    image = Image.open(path).convert("RGB")
    image = image.resize((width, round(image.height * width / image.width)), Image.LANCZOS)
    return torch.tensor(np.asarray(image, dtype=np.float32).transpose(2, 0, 1)[None].copy())


def save(x, path):
    Image.fromarray(x[0].detach().clamp(0, 255).round().byte().numpy().transpose(1, 2, 0)).save(path)


class Energy:
    def __init__(self, network, content, style):
        self.network = network
        with torch.no_grad():
            f = network(style)
            self.style = {l: gram(f[l], CHANNELS[l]) for l in STYLE}
            self.content = network(content)[CONTENT]

    def terms(self, x):
        f = self.network(x)
        style = {l: STYLE_WEIGHT * (gram(f[l], CHANNELS[l]) - self.style[l]).pow(2).sum() / CHANNELS[l] ** 2 for l in STYLE}
        return CONTENT_WEIGHT * content_energy(f[CONTENT], self.content).sum(), style

    def gradient(self, x):
        x = x.detach().clone().requires_grad_(True)
        content, style = self.terms(x)
        energy = content + sum(style.values()) + TV_WEIGHT * total_variation(x).sum()
        return torch.autograd.grad(energy, x)[0].contiguous()


def paint(energy, content, evaluations, seen=()):
    """L-BFGS without line search from the content picture; also the states at the evaluations named in `seen`."""
    x = content.clone().requires_grad_(True)
    optimiser = torch.optim.LBFGS([x], lr=1, max_iter=evaluations, max_eval=evaluations, history_size=20, tolerance_grad=0, tolerance_change=0)
    states, count = {}, 0

    def closure():
        nonlocal count
        if count in seen:
            states[count] = x.detach().clone()
        count += 1
        x.grad = energy.gradient(x)
        return torch.zeros(())

    optimiser.step(closure)
    return x.detach(), states


class Results:
    """What was measured already, by network, pair and settings: an interrupted evaluation goes on where it was."""

    def __init__(self, path):
        self.path = path

    def read(self):
        if not os.path.exists(self.path):
            return {}
        with open(self.path) as file:
            return json.load(file)

    def add(self, key, value):
        results = {**self.read(), key: value}
        with open(self.path + ".new", "w") as file:
            json.dump(results, file, indent=1)
        os.replace(self.path + ".new", self.path)


def cosine(a, b):
    return float((a * b).sum() / (a.norm() * b.norm()))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("out")
    p.add_argument("networks", nargs="+", help="the first one is the subject; the random net has its shape")
    p.add_argument("--data", default="../shared")
    p.add_argument("--evaluations", type=int, default=150)
    p.add_argument("--pairs", type=int, choices=[1, 3, 9], default=9)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--bfloat16", action="store_true", help="for VGG-19's own paintings, never for the judging nor the small networks: four times as fast")
    p.add_argument("--backwards", action="store_true", help="the last pair first: two processes may share the work")
    p.add_argument("--cosines", action="store_true")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    os.makedirs(args.out, exist_ok=True)
    dtype = torch.bfloat16 if args.bfloat16 else torch.float32
    weights = os.path.join(args.data, "networks", "vgg19_conv.safetensors")
    judge, teacher = Teacher(weights), Teacher(weights, dtype)
    files = {os.path.basename(f).replace(".safetensors", ""): Network(f) for f in args.networks}
    first = next(iter(files))
    digests = {}
    for path, name in zip(args.networks, files):
        with open(path, "rb") as file:
            digests[name] = hashlib.sha256(file.read()).hexdigest()[:8]
    cache = Results(os.path.join(args.out, "references.json"))
    pairs = DIAGONAL[: args.pairs] if args.pairs <= 3 else [(c, s) for c in range(3) for s in range(3)]
    totals = {}
    for c, s in pairs[::-1] if args.backwards else pairs:
        content = load(os.path.join(args.data, "content", CONTENTS[c] + ".jpg"))
        style = load(os.path.join(args.data, "styles", STYLES[s] + ".jpg"))
        truth = Energy(judge, content, style)
        pair = f"{CONTENTS[c].split('_', 1)[1]} x {STYLES[s].split('_', 1)[1]}"
        energies = {}
        networks = {"vgg19": teacher, "random": RandomNetwork(files[first], teacher, content), **files}
        for name, network in networks.items():
            which = str([v[0] for v in files[first].shape().values()]) if name == "random" else digests.get(name, "")
            key = f"{name} {pair} {args.evaluations} {'bf16' if args.bfloat16 and name == 'vgg19' else 'f32'} {which}"
            picture = os.path.join(args.out, f"{name} {pair}.png".replace(" ", "_"))
            if known := cache.read().get(key):
                energies[name] = known
                continue
            began = time.time()
            energy = Energy(network, content, style)
            x, states = paint(energy, content, args.evaluations, (0, 20, 100))
            save(x, picture)
            x = torch.tensor(np.asarray(Image.open(picture), dtype=np.float32).transpose(2, 0, 1)[None].copy())
            with torch.no_grad():
                in_content, in_style = truth.terms(x)
            energies[name] = {"content": float(in_content), "total": sum(float(v) for v in in_style.values()), **{l: float(v) for l, v in in_style.items()}}
            energies[name]["seconds"] = round(time.time() - began, 1)
            if args.cosines and name == first:
                energies[name]["cosines"] = [cosine(energy.gradient(state), truth.gradient(state)) for state in states.values()]
            cache.add(key, energies[name])
        rand, vgg = energies["random"], energies["vgg19"]
        print(f"{pair}: style energy " + ", ".join(f"{n} {e['total']:.3g}" for n, e in energies.items()))
        for name in files:
            e = energies[name]
            gap = {k: (rand[k] - e[k]) / (rand[k] - vgg[k]) for k in ["total"] + STYLE}
            totals.setdefault(name, []).append({**gap, "content": e["content"] / vgg["content"]})
            print(f"  {name}: gap closed " + " ".join(f"{k} {v:.3f}" for k, v in gap.items()), f"content {e['content'] / vgg['content']:.2f} x VGG-19's", [round(v, 3) for v in e.get("cosines", [])], flush=True)
    for name, rows in totals.items():
        print(f"mean {name}: " + " ".join(f"{k} {sum(r[k] for r in rows) / len(rows):.3f}" for k in rows[0]), f"least total {min(r['total'] for r in rows):.3f}")


if __name__ == "__main__":
    main()
