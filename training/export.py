"""Turns a checkpoint into the file that ships: `export.py IN.pt OUT.safetensors`."""
import argparse

import torch

from network_file import TEACHER_CHANNELS, Network, write_safetensors
from student import INPUT_SCALE, key
from vgg import TAPS


def main():
    p = argparse.ArgumentParser()
    p.add_argument("checkpoint")
    p.add_argument("out")
    p.add_argument("--trained", default="", help="a sentence for the metadata")
    args = p.parse_args()
    state = torch.load(args.checkpoint, map_location="cpu", weights_only=True)["student"]
    layers = [name[7:-7] for name in state if name.startswith("convs.") and name.endswith(".weight")]
    tensors = {}
    for l in layers:
        weight, bias = (state[f"convs.{key(l)}.{part}"].double() for part in ("weight", "bias"))
        bias = bias - weight.sum((2, 3)) @ state[f"{key(l)}_mean"].double()
        # The mean is subtracted outside (zero padding must see it); the scale goes into the first layer.
        tensors[f"conv{l}.weight"] = weight / INPUT_SCALE if l == layers[0] else weight
        tensors[f"conv{l}.bias"] = bias
    for l in TAPS:
        # ‖P G Pᵀ‖ = ‖H G H‖ with H = (Pᵀ P)^½: a square head gives the same energies as the projection.
        p = state[f"heads.{key(l)}.weight"].double().flatten(1)
        values, vectors = torch.linalg.eigh(p.T @ p)
        head = (vectors * values.clamp_min(0).sqrt()) @ vectors.T
        tensors[f"head.relu{l}.weight"] = head[:, :, None, None]
        tensors[f"head.relu{l}.bias"] = torch.zeros(len(head), dtype=torch.float64)
    metadata = {
        "network": "lite",
        "layout": "conv 3x3, zero padding 1, relu; 2x2 max pooling between blocks; weight [out,in,3,3]",
        "input": "RGB 0..255 minus (123.68, 116.779, 103.939)",
        "heads": "1x1 linear map of the tap (after relu); energies use the head's output and the teacher's channel count as N_l in every mean and Gram normaliser",
        "teacher_channels": TEACHER_CHANNELS,
        "teacher": "VGG-19 (Simonyan & Zisserman, CC BY 4.0)",
        "licence": "MIT",
        "trained": args.trained,
    }
    size = write_safetensors(args.out, tensors, metadata)
    largest = max(float(t.abs().max()) for t in tensors.values())
    work = Network(args.out).work()
    print(f"{args.out}: {size} bytes, largest value {largest:.3g}, {work[0]:.0f} multiplications per pixel, {work[1]:.0f} with heads and Gram matrices")


if __name__ == "__main__":
    main()
