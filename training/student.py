"""The small network while it is trained: a plain stack of convolutions, and one projection per tap."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from vgg import CHANNELS, MEAN, RANKS, TAPS, gram

# Sixteen channels fill a vector register; full-resolution layers cost the most time, deep ones the most bytes.
WIDTHS = {"1_1": 16, "1_2": 32, "2_1": 48, "2_2": 48, "3_1": 96, "3_2": 96, "3_3": 96,
          "4_1": 192, "4_2": 192, "4_3": 128, "5_1": 192}
INPUT_SCALE = 60.0


def key(layer):
    return "c" + layer


class Student(nn.Module):
    def __init__(self, widths=WIDTHS):
        super().__init__()
        self.widths = dict(widths)
        self.convs = nn.ModuleDict()
        self.heads = nn.ModuleDict()
        inputs = 3
        for layer, width in self.widths.items():
            self.convs[key(layer)] = nn.Conv2d(inputs, width, 3, padding=1)
            nn.init.kaiming_normal_(self.convs[key(layer)].weight, nonlinearity="relu")
            nn.init.zeros_(self.convs[key(layer)].bias)
            if layer in TAPS:
                self.heads[key(layer)] = nn.Conv2d(width, RANKS[layer], 1, bias=False)
            self.register_buffer(key(layer) + "_mean", torch.zeros(inputs))
            inputs = width

    def forward(self, image, keep=TAPS):
        """Own features by layer, before the heads, of pictures `[B,3,H,W]`, RGB 0..255."""
        x = ((image - MEAN) / INPUT_SCALE).contiguous(memory_format=torch.channels_last)
        out = {}
        block = "1"
        for layer in self.widths:
            if layer[0] != block:
                x, block = F.max_pool2d(x, 2), layer[0]
            x = F.relu_(F.conv2d(x, self.convs[key(layer)].weight, self.bias(layer), padding=1))
            if layer in keep:
                out[layer] = x
        return out

    def bias(self, layer):
        """The convolution's bias. The parameter is the answer to mean input instead: the weights then learn independently of it."""
        conv = self.convs[key(layer)]
        return conv.bias - conv.weight.sum((2, 3)) @ getattr(self, key(layer) + "_mean")

    def projected(self, layer, features):
        return self.heads[key(layer)](features)

    def gram(self, layer, features):
        """Gram matrices in the teacher's bases, without making the projected features: P (F Fᵀ) Pᵀ."""
        head = self.heads[key(layer)].weight.flatten(1).float()
        return head @ gram(features, CHANNELS[layer]) @ head.T
