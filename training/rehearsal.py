"""Pictures met during optimisation: painted under the student's own energy, then judged by the teacher.

Whatever the student is blind to, an optimiser finds; training on the pictures it leads to closes those gaps."""
import torch

from vgg import CHANNELS, CONTENT, STYLE, content_energy, gram, total_variation

CONTENT_WEIGHT, STYLE_WEIGHT, TV_WEIGHT = 5.0, 100.0, 1e-3
HISTORY = 10


def dot(a, b):
    return (a * b).flatten(1).sum(1)[:, None, None, None]


class Lbfgs:
    """L-BFGS of several pictures at once, each with its own curvature; the function may change slowly meanwhile."""

    def __init__(self):
        self.pairs = []
        self.previous = None

    def step(self, x, gradient):
        if self.previous is not None:
            s, y = x - self.previous[0], gradient - self.previous[1]
            curvature = dot(s, y)
            good = curvature > 1e-4 * (dot(s, s) * dot(y, y)).sqrt()
            self.pairs.append((s * good, y * good, torch.where(good, 1 / curvature.clamp_min(1e-20), torch.zeros(()))))
            self.pairs = self.pairs[-HISTORY:]
        direction = -gradient
        undo = []
        for s, y, rho in reversed(self.pairs):
            a = rho * dot(s, direction)
            direction = direction - a * y
            undo.append(a)
        if self.pairs:
            s, y, rho = self.pairs[-1]
            scale = torch.where(rho > 0, dot(s, y) / dot(y, y).clamp_min(1e-20), 1 / gradient.abs().flatten(1).sum(1)[:, None, None, None])
            direction = direction * scale
        else:
            direction = direction / gradient.abs().flatten(1).sum(1)[:, None, None, None]
        for (s, y, rho), a in zip(self.pairs, reversed(undo)):
            direction = direction + s * (a - rho * dot(y, direction))
        size = direction.abs().flatten(1).mean(1)[:, None, None, None]
        direction = direction * (15 / size.clamp_min(15))
        self.previous = (x, gradient)
        return x + direction


class Painting:
    """Some pictures `[B,3,S,S]` on their way from contents towards styles."""

    def __init__(self, pictures, teacher, count, size, evaluations):
        self.left = evaluations
        self.content = pictures.batch(pictures.content, count, size)
        self.style = pictures.batch(pictures.style, count, size)
        self.x = self.content.clone()
        if pictures.random.random() < 0.25:
            self.x = self.x + 25 * torch.randn_like(self.x)
        self.optimiser = Lbfgs()
        with torch.no_grad():
            of_style, of_content = teacher.reduced(self.style), teacher.reduced(self.content)
            self.target = {l: gram(of_style[l], CHANNELS[l]) for l in STYLE}
            self.begin = {l: (gram(of_content[l], CHANNELS[l]) - self.target[l]).pow(2).sum((1, 2)) for l in STYLE}
        self.visits = 0

    def advance(self, student, evaluations):
        """Some evaluations of the student's energy; refreshes the student's view of the targets now and then."""
        with torch.cpu.amp.autocast(dtype=torch.bfloat16):
            if self.visits % 4 == 0:
                with torch.no_grad():
                    f = student(self.style)
                    self.own_target = {l: student.gram(l, f[l]) for l in STYLE}
                    self.own_content = student.projected(CONTENT, student(self.content)[CONTENT])
            self.visits += 1
            for _ in range(evaluations):
                x = self.x.clone().requires_grad_(True)
                with torch.enable_grad():
                    f = student(x)
                    energy = CONTENT_WEIGHT * content_energy(student.projected(CONTENT, f[CONTENT]), self.own_content)
                    energy = energy + TV_WEIGHT * total_variation(x)
                    for l in STYLE:
                        apart = (student.gram(l, f[l]) - self.own_target[l]).pow(2).sum((1, 2))
                        energy = energy + STYLE_WEIGHT * apart / CHANNELS[l] ** 2
                    gradient = torch.autograd.grad(energy.sum(), x)[0].contiguous()
                moved = self.optimiser.step(self.x, gradient)
                self.left -= 1
                if not torch.isfinite(moved).all():
                    self.left = 0
                    return
                self.x = moved


class Rehearsal:
    """Several groups of paintings, visited in turn; a finished group begins anew elsewhere."""

    def __init__(self, pictures, teacher, groups, count, size, longest=130):
        self.make = lambda: Painting(pictures, teacher, count, size, pictures.random.randint(15, longest))
        self.groups = [None] * groups
        self.turn = 0

    def next(self, student, evaluations):
        """The next group, some evaluations further on."""
        self.turn = (self.turn + 1) % len(self.groups)
        group = self.groups[self.turn]
        if group is None or group.left <= 0:
            group = self.groups[self.turn] = self.make()
        group.advance(student, evaluations)
        return group
