"""Trains the small network: `distill.py OUT.pt --data ../shared --minutes 75`. See README.md."""
import argparse
import copy
import math
import os
import queue
import threading
import time

import torch

import start
from pictures import Pictures
from rehearsal import Rehearsal
from student import Student
from vgg import CHANNELS, STYLE, TAPS, Teacher, gram

FEATURE_WEIGHT = {"1_1": 1.0, "2_1": 1.0, "3_1": 1.0, "4_1": 2.0, "4_2": 1.0, "5_1": 0.5}
GRAM_WEIGHT = {"1_1": 2.0, "2_1": 2.0, "3_1": 2.0, "4_1": 8.0, "5_1": 1.5}
PLAIN, PAINTED, PLAIN_SIZE, PAINTED_SIZE, GROUPS = 2, 3, 128, 160, 8
EVALUATIONS = 3


def running(table, name, value, keep=0.98):
    value = float(value)
    table[name] = value if name not in table else keep * table[name] + (1 - keep) * value
    return table[name]


class Losses:
    def __init__(self):
        self.scale, self.shown = {}, {}

    def features(self, student, own, taught, kind):
        """Squared error of the projected features relative to the teacher's variance; every other pixel where there are many."""
        total = 0
        for l in TAPS:
            f, t = own[l], taught[l]
            if l[0] in "12":
                f, t = f[:, :, ::2, ::2], t[:, :, ::2, ::2]
            t = t.float()
            variance = running(self.scale, l, (t - t.mean((0, 2, 3), keepdim=True)).pow(2).mean())
            error = (student.projected(l, f).float() - t).pow(2).mean() / variance
            running(self.shown, f"{kind}.{l}", error)
            total = total + FEATURE_WEIGHT[l] * error
        return total

    def grams(self, student, own, taught):
        for l in STYLE:
            f, t = (own[l], taught[l]) if l != "1_1" else (own[l][:, :, ::2, ::2], taught[l][:, :, ::2, ::2])
            yield l, student.gram(l, f), gram(t, CHANNELS[l])

    def plain_grams(self, student, own, taught):
        """What the student gets wrong about the distance of two pictures' Gram matrices, relative to that distance."""
        total = 0
        for l, g, t in self.grams(student, own, taught):
            wrong = g - t
            apart = (t - t.roll(1, 0)).pow(2).sum((1, 2))
            floor = 0.25 * running(self.scale, "gram" + l, apart.mean())
            relative = (wrong - wrong.roll(1, 0)).pow(2).sum((1, 2)) + 0.5 * wrong.pow(2).sum((1, 2))
            error = (relative / (apart + floor)).mean()
            running(self.shown, f"gram.{l}", error)
            total = total + GRAM_WEIGHT[l] * error
        return total

    def painted_grams(self, student, own, taught, painting):
        """The error of painted pictures' Gram matrices relative to the way from content to style: what the energy does not see."""
        total = 0
        for l, g, t in self.grams(student, own, taught):
            wrong = g - t
            usual = running(self.scale, "begin" + l, painting["begin"][l].mean(), 0.95)
            error = (wrong.pow(2).sum((1, 2)) / (painting["begin"][l] + 0.1 * usual)).clamp_max(4).mean()
            running(self.shown, f"paint.{l}", error)
            if painting["done"]:
                left = (t - painting["target"][l]).pow(2).sum((1, 2)) / (painting["begin"][l] + 0.1 * usual)
                running(self.shown, f"left.{l}", left.mean(), 0.95)
            total = total + GRAM_WEIGHT[l] * error
        return total


def lessons(pictures, teacher, student, out, stop):
    """The thread that makes pictures, paints some of them, and asks the teacher; the other thread trains meanwhile."""
    torch.set_num_threads(1)
    mirror = copy.deepcopy(student)
    for parameter in mirror.parameters():
        parameter.requires_grad_(False)
    rehearsal = Rehearsal(pictures, teacher, GROUPS, PAINTED, PAINTED_SIZE)
    while not stop.is_set():
        with torch.no_grad():
            for mine, theirs in zip(mirror.parameters(), student.parameters()):
                mine.copy_(theirs)
        painting = rehearsal.next(mirror, EVALUATIONS)
        plain = pictures.batch(pictures.plain, PLAIN, PLAIN_SIZE)
        with torch.no_grad():
            lesson = {"plain": plain, "painted": painting.x, "taught_plain": teacher.reduced(plain),
                      "taught_painted": teacher.reduced(painting.x),
                      "target": painting.target, "begin": painting.begin, "done": painting.left < 20}
        out.put(lesson)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("out")
    p.add_argument("--data", default="../shared")
    p.add_argument("--minutes", type=float, default=75)
    p.add_argument("--rate", type=float, default=2e-3, help="Adam's step relative to the size of each layer's weights")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--begin", help="a checkpoint to begin with instead of the teacher's weights")
    p.add_argument("--pause-file", help="wait while this file exists")
    args = p.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    say = lambda *words: print(*words, flush=True)
    pictures = Pictures(args.data, PAINTED_SIZE, args.seed)
    teacher = Teacher(os.path.join(args.data, "networks", "vgg19_conv.safetensors"), torch.bfloat16)
    if args.begin:
        loaded = torch.load(args.begin, weights_only=True)
        teacher.bases = loaded["bases"]
        student = Student()
        student.load_state_dict(loaded["student"])
    else:
        first = pictures.batch(pictures.plain, 160, PLAIN_SIZE)
        say("share of the Gram matrices' energy within the bases", teacher.find_bases(first))
        student = start.from_teacher(teacher, first, say)
    student = student.to(memory_format=torch.channels_last)
    average = copy.deepcopy(student)

    def save(step, spent):
        state = {"student": average.state_dict(), "live": student.state_dict(), "bases": teacher.bases}
        torch.save({**state, "step": step, "seconds": spent}, args.out + ".new")
        os.replace(args.out + ".new", args.out)

    save(0, 0)
    groups = []
    for parameter in student.parameters():
        size = float(parameter.detach().pow(2).mean().sqrt()) if parameter.dim() == 4 else 0.3
        groups.append({"params": [parameter], "size": size})
    optimiser = torch.optim.Adam(groups, lr=args.rate, betas=(0.9, 0.995))
    desk, stop = queue.Queue(2), threading.Event()
    maker = threading.Thread(target=lessons, args=(pictures, teacher, student, desk, stop), daemon=True)
    maker.start()
    desk.put(desk.get())  # The other thread has its number of threads by now; this one does the greater work.
    torch.set_num_threads(2)
    losses, step, saved, spent, began = Losses(), 0, 0.0, 0.0, time.time()
    while spent < args.minutes * 60:
        while args.pause_file and os.path.exists(args.pause_file):
            time.sleep(2)
        fraction = spent / (args.minutes * 60)
        for group in optimiser.param_groups:
            group["lr"] = group["size"] * args.rate * min(1, (step + 1) / 50) * (0.5 * (1 + math.cos(math.pi * fraction)) * 0.98 + 0.02)
        lesson = desk.get()
        with torch.cpu.amp.autocast(dtype=torch.bfloat16):
            own_plain, own_painted = student(lesson["plain"]), student(lesson["painted"])
            loss = losses.features(student, own_plain, lesson["taught_plain"], "plain")
            loss = loss + 0.5 * losses.features(student, own_painted, lesson["taught_painted"], "seen")
        loss = loss + losses.plain_grams(student, own_plain, lesson["taught_plain"])
        loss = loss + 2 * losses.painted_grams(student, own_painted, lesson["taught_painted"], lesson)
        optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(student.parameters(), 10.0)
        if torch.isfinite(norm):
            optimiser.step()
        step += 1
        keep = min(0.996, 1 - 1 / (step + 1))
        with torch.no_grad():
            for a, s in zip(average.parameters(), student.parameters()):
                a.lerp_(s, 1 - keep)
        spent = time.time() - began
        if step % 20 == 0:
            say(step, f"{spent:.0f}s norm {norm:.2f}", " ".join(f"{n}:{v:.3f}" for n, v in losses.shown.items()))
        if spent - saved > 120:
            saved = spent
            save(step, spent)
    save(step, spent)
    stop.set()
    while maker.is_alive():
        if not desk.empty():
            desk.get()
        maker.join(0.2)


if __name__ == "__main__":
    main()
