"""The teacher: VGG-19 from conv1_1 to relu5_1, and the energies it judges pictures by."""
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F

MEAN = torch.tensor([123.68, 116.779, 103.939])[None, :, None, None]
LAYERS = ["1_1", "1_2", "2_1", "2_2", "3_1", "3_2", "3_3", "3_4", "4_1", "4_2", "4_3", "4_4", "5_1"]
STYLE = ["1_1", "2_1", "3_1", "4_1", "5_1"]
CONTENT = "4_2"
TAPS = STYLE[:4] + [CONTENT, "5_1"]
# Training compares features and Gram matrices within this many principal directions of each tap: nearly all energy.
RANKS = {"1_1": 32, "2_1": 64, "3_1": 128, "4_1": 256, "4_2": 256, "5_1": 256}
CHANNELS = {"1_1": 64, "2_1": 128, "3_1": 256, "4_1": 512, "4_2": 512, "5_1": 512}


def read_safetensors(path):
    """Tensors as float32 and the metadata of a safetensors file of float32 or float16."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        body = file.read()
    metadata = header.pop("__metadata__", {})
    kinds = {"F32": "<f4", "F16": "<f2"}
    tensors = {}
    for name, entry in header.items():
        raw = np.frombuffer(body[slice(*entry["data_offsets"])], kinds[entry["dtype"]])
        tensors[name] = torch.from_numpy(raw.astype("f4").reshape(entry["shape"]))
    return tensors, metadata


class Teacher:
    """`dtype` bfloat16 for training (four times as fast where the processor has the instructions), float32 to judge."""

    def __init__(self, path, dtype=torch.float32):
        self.dtype = dtype
        tensors, _ = read_safetensors(path)
        put = lambda t: t.to(dtype).contiguous(memory_format=torch.channels_last) if t.dim() == 4 else t.to(dtype)
        self.weights = {layer: [put(tensors[f"conv{layer}.{part}"]) for part in ("weight", "bias")] for layer in LAYERS}

    @torch.no_grad()
    def find_bases(self, images):
        """The principal directions of each tap's features on these pictures, orthonormal, `[RANKS, CHANNELS]`."""
        moments = {}
        for part in images.split(8):
            for l, f in self(part).items():
                moments[l] = moments.get(l, 0) + gram(f, 1).sum(0).double()
        self.bases = {l: torch.linalg.eigh(m)[1][:, -RANKS[l] :].T.float().contiguous() for l, m in moments.items()}
        kept = {l: float((b.double() @ moments[l] @ b.double().T).pow(2).sum() / moments[l].pow(2).sum()) for l, b in self.bases.items()}
        return kept

    def reduced(self, image):
        """The taps' features in the bases, `[B,RANKS,h,w]`."""
        return {l: F.conv2d(f, self.bases[l][:, :, None, None].to(self.dtype)) for l, f in self(image).items()}

    def __call__(self, image, keep=TAPS, before_relu=()):
        """Features `[B,C,h,w]` by layer, of pictures `[B,3,H,W]`, RGB 0..255; `before_relu`: also these, as `pre4_1`."""
        x = (image - MEAN).flip(1).to(self.dtype).contiguous(memory_format=torch.channels_last)
        out = {}
        block = "1"
        for layer in LAYERS:
            if layer[0] != block:
                x, block = F.max_pool2d(x, 2), layer[0]
            x = F.conv2d(x, *self.weights[layer], padding=1)
            if layer in before_relu:
                out["pre" + layer] = x
            x = F.relu(x) if layer in before_relu else F.relu_(x)
            if layer in keep:
                out[layer] = x
        return out


def gram(features, channels):
    """Gram matrices `[B,C,C]` of features `[B,C,h,w]`, in units of a layer that has `channels` of them."""
    flat = features.float().flatten(2)
    return flat @ flat.transpose(1, 2) / (channels * flat.shape[2])


def content_energy(features, target):
    """Mean squared difference, per picture; features in the teacher's space or through a square head."""
    return (features.float() - target.float()).pow(2).sum((1, 2, 3)) / (CHANNELS[CONTENT] * target[0, 0].numel())


def total_variation(x):
    """Half the sum of squared differences of neighbours, per picture."""
    across = (x[..., 1:] - x[..., :-1]).pow(2).sum((1, 2, 3))
    return 0.5 * (across + (x[..., 1:, :] - x[..., :-1, :]).pow(2).sum((1, 2, 3)))
