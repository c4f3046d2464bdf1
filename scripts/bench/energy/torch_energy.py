"""The energy of docs/adding_a_loss.md in PyTorch, for comparison: nst-video's own definition, terms and all.

Reads one JSON command a line, answers each with one JSON line:
  {"load": MANIFEST}                      tensors of a file, see torch.mjs
  {"time": HOW, "repeats": n}             ms of so many evaluations, after one that does not count
  {"values": HOW, "out": FILE}            the energy; the gradient as float32 into FILE
HOW is float32, tf32 or bfloat16, with ", compiled" for torch.compile. bfloat16 is autocast, channels last: how PyTorch's
users would run it. The manifest may say device "cuda"; tf32 means something there only.
"""
import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as fn


def load(path):
    with open(path, encoding="utf8") as file:
        manifest = json.load(file)
    raw = np.fromfile(manifest["data"], np.float32)
    tensors = {}
    for name, shape, begin in manifest["tensors"]:
        count = int(np.prod(shape, dtype=np.int64))
        tensors[name] = torch.from_numpy(raw[begin : begin + count].reshape(shape).copy())
    torch.set_num_threads(manifest["threads"])
    return manifest, tensors


class Energy:
    def __init__(self, manifest, tensors, how):
        self.m, self.low, self.device = manifest, how.startswith("bfloat16"), manifest.get("device", "cpu")
        form = {"memory_format": torch.channels_last} if self.low else {}
        self.t = {n: (t.contiguous(**form) if t.dim() == 4 else t).to(self.device) for n, t in tensors.items()}
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = how.startswith("tf32")
        self.run = torch.compile(self) if "compiled" in how else self

    def head(self, tap, a):
        weight = self.t.get(f"head.{tap}.weight")
        return a if weight is None else fn.conv2d(a, weight, self.t[f"head.{tap}.bias"])

    def gram(self, tap, a):
        channels = self.m["channels"][tap]
        places = a.shape[2] * a.shape[3]
        f = a.reshape(a.shape[1], -1)
        weight = self.t.get(f"head.{tap}.weight")
        if weight is None:
            return (f @ f.t()).float() / (channels * places)
        # A head without bias maps the matrix instead of every pixel's features, as nst-video does.
        h = weight[:, :, 0, 0]
        return h @ ((f @ f.t()).float() / (channels * places)) @ h.t()

    def __call__(self, x):
        t, m = self.t, self.m
        total, a, block = 0.0, x - t["mean"], 1
        for name, tap, its_block in m["convolutions"]:
            if its_block > block:
                a, block = fn.max_pool2d(a, 2), its_block
            a = torch.relu(fn.conv2d(a, t[f"{name}.weight"], t[f"{name}.bias"], padding=1))
            n = m["channels"][tap]
            if tap in m["style"]:
                g = self.gram(tap, a)
                total = total + m["weights"]["style"] * ((g - t[f"target_0_style_{tap}_gram"]) ** 2).sum() / n**2
            if tap in m["content"]:
                f = self.head(tap, a).float()
                want = t[f"target_content_{tap}_features"]
                distance = ((f - want) ** 2).sum() / (n * f.shape[2] * f.shape[3])
                total = total + m["weights"]["content"] * distance
            if tap == m["last"]:
                break
        total = total + m["weights"]["temporal"] * (t["certainty"] * (x - t["warped"]) ** 2).mean()
        rows, columns = x[:, :, 1:] - x[:, :, :-1], x[:, :, :, 1:] - x[:, :, :, :-1]
        return total + m["weights"]["tv"] * 0.5 * ((rows**2).sum() + (columns**2).sum())


def evaluate(energy):
    x = energy.t["image"].clone().requires_grad_(True)
    with torch.autocast(energy.device, dtype=torch.bfloat16, enabled=energy.low):
        value = energy.run(x)
    (gradient,) = torch.autograd.grad(value, x)
    if energy.device == "cuda":
        torch.cuda.synchronize()
    return float(value.detach()), gradient


def main():
    manifest, tensors = None, None
    card = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    print(json.dumps({"version": torch.__version__, "card": card}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        if "load" in command:
            manifest, tensors = load(command["load"])
            answer = {}
        elif "time" in command:
            energy = Energy(manifest, tensors, command["time"])
            evaluate(energy)
            times = []
            for _ in range(command["repeats"]):
                began = time.perf_counter()
                evaluate(energy)
                times.append(1000 * (time.perf_counter() - began))
            answer = {"ms": times}
        else:
            energy = Energy(manifest, tensors, command["values"])
            value, gradient = evaluate(energy)
            gradient.contiguous().cpu().numpy().astype(np.float32).tofile(command["out"])
            answer = {"energy": value}
        print(json.dumps(answer), flush=True)


main()
