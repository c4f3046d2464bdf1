"""Finished networks: reading and writing safetensors, and features in the energy's space."""
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F

from vgg import CHANNELS, MEAN, TAPS, read_safetensors


def write_safetensors(path, tensors, metadata):
    """Float16, in the order given."""
    header, body = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        raw = np.ascontiguousarray(tensor.detach().float().numpy(), dtype="<f2").tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head + body)
    return 8 + len(head) + len(body)


class Network:
    """A network with heads, as `lite.safetensors` describes it. Calling it gives each tap's head output."""

    def __init__(self, path, dtype=torch.float32):
        tensors, self.metadata = read_safetensors(path)
        self.layers = [name[4:-7] for name in tensors if name.startswith("conv") and name.endswith("weight")]
        put = lambda t: t.to(dtype).contiguous(memory_format=torch.channels_last) if t.dim() == 4 else t.to(dtype)
        self.tensors, self.dtype = {name: put(t) for name, t in tensors.items()}, dtype

    def __call__(self, image):
        x = (image - MEAN).to(self.dtype).contiguous(memory_format=torch.channels_last)
        out, block, t = {}, "1", self.tensors
        for l in self.layers:
            if l[0] != block:
                x, block = F.max_pool2d(x, 2), l[0]
            x = F.relu(F.conv2d(x, t[f"conv{l}.weight"], t[f"conv{l}.bias"], padding=1))
            if f"head.relu{l}.weight" in t:
                out[l] = F.conv2d(x, t[f"head.relu{l}.weight"], t[f"head.relu{l}.bias"])
        return out

    def shape(self):
        return {l: tuple(self.tensors[f"conv{l}.weight"].shape) for l in self.layers}

    def work(self):
        """Multiplications per pixel: of the convolutions; with heads and Gram matrices."""
        convolutions = energies = 0
        for l in self.layers:
            share = 4 ** (1 - int(l[0]))
            convolutions += self.tensors[f"conv{l}.weight"].numel() * share
            if f"head.relu{l}.weight" in self.tensors:
                head = self.tensors[f"head.relu{l}.weight"]
                energies += (head.numel() + (head.shape[0] ** 2 if l != "4_2" else 0)) * share
        return convolutions, convolutions + energies


class RandomNetwork:
    """Random weights in the shape of `like`, each tap scaled to the teacher's features on a content picture."""

    def __init__(self, like, teacher, content, seed=3):
        maker = torch.Generator().manual_seed(seed)
        self.weights = {}
        for l, shape in like.shape().items():
            self.weights[l] = torch.randn(shape, generator=maker) * (2 / (9 * shape[1])) ** 0.5
        self.dtype, self.factors = like.dtype, {l: 1.0 for l in TAPS}
        with torch.no_grad():
            own, taught = self(content), teacher(content)
            self.factors = {l: float((taught[l].float().pow(2).sum() / own[l].float().pow(2).sum()).sqrt()) for l in TAPS}

    def __call__(self, image):
        x = (image - MEAN).to(self.dtype).contiguous(memory_format=torch.channels_last)
        out, block = {}, "1"
        for l, weight in self.weights.items():
            if l[0] != block:
                x, block = F.max_pool2d(x, 2), l[0]
            x = F.relu(F.conv2d(x, weight.to(self.dtype), padding=1))
            if l in TAPS:
                out[l] = x * self.factors[l]
        return out


TEACHER_CHANNELS = json.dumps({"relu" + l: n for l, n in CHANNELS.items()})
