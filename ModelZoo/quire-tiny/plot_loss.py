"""Draws loss.svg from loss.csv."""

import csv
from itertools import groupby
from pathlib import Path

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 300, 56, 44, 16, 16


def main(folder: Path) -> None:
    with open(folder / "loss.csv", newline="") as file:
        rows = [[float(value) for value in row] for row in list(csv.reader(file))[1:]]
    highest = 1.02 * max(max(row[1:3]) for row in rows)
    # Losses on rows of other lengths are not one curve.
    stages = [list(part) for _, part in groupby(rows, key=lambda row: row[3])]
    tokens = rows[-1][0]

    def place(row: list[float], column: int) -> str:
        x = LEFT + (WIDTH - LEFT - RIGHT) * row[0] / tokens
        y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - row[column] / highest)
        return f"{x:.1f},{y:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for tick in range(int(highest * 2) + 1):
        y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - tick / 2 / highest)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick / 2:.1f}</text>')
    step = max(1, round(tokens / 5e6)) * 1_000_000
    for tick in range(0, int(tokens) + 1, step):
        x = LEFT + (WIDTH - LEFT - RIGHT) * tick / tokens
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{tick // 1_000_000} M</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">tokens seen</text>')
    for column, colour, name, row in ((1, "#3b6fb6", "training", 0), (2, "#c2562d", "held out", 1)):
        for stage in stages:
            points = " ".join(place(entry, column) for entry in stage)
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
        parts.append(f'<text x="{WIDTH - RIGHT - 90}" y="{TOP + 18 + 18 * row}" fill="{colour}">{name} loss</text>')
    for number, stage in enumerate(stages):
        x = LEFT if number == 0 else float(place(stage[0], 1).split(",")[0])
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#999999"/>')
        parts.append(f'<text x="{x + 26:.1f}" y="{TOP + 70}" fill="#666666">rows of {stage[0][3]:,.0f}</text>')
    (folder / "loss.svg").write_text("\n".join(parts + ["</svg>"]) + "\n")


if __name__ == "__main__":
    main(Path(__file__).parent)
