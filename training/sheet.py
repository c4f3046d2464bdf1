"""The contact sheet of the model card from the pictures that `evaluate.py` left: `sheet.py OUT SHEET.jpg`."""
import argparse
import io
import os

from PIL import Image, ImageDraw

from evaluate import CONTENTS, STYLES

COLUMNS = ["content", "style", "random", "lite0", "lite", "vgg19"]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("pictures", help="the folder evaluate.py wrote")
    p.add_argument("sheet")
    p.add_argument("--data", default="../shared")
    p.add_argument("--cell", type=int, default=168)
    p.add_argument("--most-bytes", type=int, default=300_000)
    args = p.parse_args()
    rows = []
    for c in CONTENTS:
        for s in STYLES:
            pair = f"{c.split('_', 1)[1]}_x_{s.split('_', 1)[1]}"
            paths = [os.path.join(args.data, "content", c + ".jpg"), os.path.join(args.data, "styles", s + ".jpg")]
            paths += [os.path.join(args.pictures, f"{name}_{pair}.png") for name in COLUMNS[2:]]
            rows.append([Image.open(path).convert("RGB") for path in paths])
    high = [max(round(args.cell * row[i].height / row[i].width) for i in (0, 2)) for row in rows]
    head, gap = 16, 3
    sheet = Image.new("RGB", (len(COLUMNS) * (args.cell + gap) - gap, head + sum(high) + gap * (len(rows) - 1)), "white")
    for i, name in enumerate(COLUMNS):
        ImageDraw.Draw(sheet).text((i * (args.cell + gap) + 4, 2), name, fill="black")
    top = head
    for row, h in zip(rows, high):
        for i, image in enumerate(row):
            image.thumbnail((args.cell, h), Image.LANCZOS)
            sheet.paste(image, (i * (args.cell + gap) + (args.cell - image.width) // 2, top + (h - image.height) // 2))
        top += h + gap
    for quality in range(90, 20, -4):
        buffer = io.BytesIO()
        sheet.save(buffer, "JPEG", quality=quality, optimize=True)
        if buffer.tell() <= args.most_bytes:
            break
    with open(args.sheet, "wb") as file:
        file.write(buffer.getvalue())
    print(f"{args.sheet}: {sheet.width}x{sheet.height}, quality {quality}, {buffer.tell()} bytes")


if __name__ == "__main__":
    main()
