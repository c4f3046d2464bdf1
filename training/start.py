"""A student to begin with, from the teacher's own weights: layer by layer, least squares onto chosen channels."""
import torch
import torch.nn.functional as F

from student import INPUT_SCALE, Student, key
from vgg import CHANNELS, MEAN, TAPS

# The student lacks conv3_4 and conv4_4: the last convolution of a block stands for the teacher's last.
STANDS_FOR = {"3_3": "3_4", "4_3": "4_4"}


def telling_channels(features, count):
    """The channels that, taken one by one, explain most of all channels' second moments (pivoted Cholesky)."""
    rows = features.float().permute(0, 2, 3, 1).flatten(0, 2).double()
    moments = rows.T @ rows / len(rows)
    left, chosen = moments.clone(), []
    for _ in range(count):
        worth = left.pow(2).sum(0) / left.diag().clamp_min(1e-9 * moments.diag().mean())
        worth[chosen] = -1
        best = int(worth.argmax())
        chosen.append(best)
        left = left - torch.outer(left[:, best], left[best]) / left[best, best].clamp_min(1e-12)
    return torch.tensor(chosen)


def least_squares(inputs, targets, ridge=1e-3):
    """The matrix X of min |inputs X − targets|², with a ridge relative to the inputs' mean square."""
    normal = (inputs.T @ inputs).double()
    normal += ridge * normal.diag().mean() * torch.eye(len(normal), dtype=torch.float64)
    return torch.linalg.solve(normal, (inputs.T @ targets).double())


def relu_least_squares(inputs, targets, rounds=15, ridge=1e-3):
    """The matrix X of min |relu(inputs X) − relu(targets)|²: where the target is negative any negative answer is right,
    so that the last answer, as far as it is negative, becomes the target there; every round lowers the error."""
    normal = (inputs.T @ inputs).double()
    normal += ridge * normal.diag().mean() * torch.eye(len(normal), dtype=torch.float64)
    factor = torch.linalg.cholesky(normal)
    solve = lambda t: torch.cholesky_solve((inputs.T @ t).double(), factor).float()
    x = solve(targets)
    for _ in range(rounds):
        answer = inputs @ x
        x = solve(torch.where(targets > 0, targets, answer.clamp_max(0)))
    return x


def patches(x, most_rows=32000):
    columns = F.unfold(x, 3, padding=1)
    rows = columns.transpose(1, 2).flatten(0, 1)
    return rows[:: max(1, len(rows) // most_rows)]


def sampled(x, most_rows=32000):
    rows = x.permute(0, 2, 3, 1).flatten(0, 2)
    return rows[:: max(1, len(rows) // most_rows)]


@torch.no_grad()
def from_teacher(teacher, images, say=print):
    """A student whose every layer imitates chosen channels of the teacher's, as seen on `images`."""
    student = Student()
    stands = {layer: STANDS_FOR.get(layer, layer) for layer in student.widths}
    names = list(stands.values())
    seen = [teacher(part, keep=names, before_relu=names) for part in images.split(8)]
    x = (images - MEAN) / INPUT_SCALE
    block = "1"
    for layer, width in student.widths.items():
        if layer[0] != block:
            x, block = F.max_pool2d(x, 2), layer[0]
        few = len(images) // {"1": 10, "2": 4}.get(block, 1)
        named = stands[layer]
        after = torch.cat([s[named] for s in seen])[:few].float()
        before = torch.cat([s["pre" + named] for s in seen])[:few].float()
        chosen = telling_channels(after, width)
        before = before[:, chosen]
        scale = after[:, chosen].pow(2).mean((0, 2, 3)).sqrt().clamp_min(1e-3)
        inputs = patches(x[:few])
        targets = sampled(before / scale[:, None, None])
        solution = relu_least_squares(torch.cat([inputs, torch.ones(len(inputs), 1)], 1), targets)
        conv = student.convs[key(layer)]
        conv.weight.copy_(solution[:-1].T.reshape(conv.weight.shape))
        conv.bias.copy_(solution[-1])
        if layer != "1_1":
            getattr(student, key(layer) + "_mean").copy_(x.mean((0, 2, 3)))
        x = torch.cat([F.relu(conv(part)) for part in x.split(8)])
        conv.bias += conv.weight.sum((2, 3)) @ getattr(student, key(layer) + "_mean")
        if layer in TAPS:
            own, all_channels = sampled(x[:few]), sampled(after)
            head = least_squares(own, all_channels)
            student.heads[key(layer)].weight.copy_((teacher.bases[layer].double() @ head.T)[:, :, None, None])
            missed = (own.double() @ head - all_channels).pow(2).mean()
            centred = (all_channels - all_channels.mean(0)).pow(2).mean()
            say(f"start {layer}: {width} of {CHANNELS[layer]} channels, share of variance left {missed / centred:.3f}")
    return student
