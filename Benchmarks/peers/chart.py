"""The ratios of a report as a picture."""

import statistics
from html import escape
from math import ceil, floor, log2

INK, FAINT, GRID = "#1f2430", "#5b6270", "#e3e6ec"
COLOURS = {"llama.cpp": "#0072B2", "vllm": "#D55E00", "transformers": "#009E73"}
LEFT, WIDTH, ROW, TOP = 250, 860, 26, 96


def text(x, y, content, colour=INK, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"{extra}>{escape(content)}</text>'


def svg(report):
    """One bar a case: how many times as fast as the peer, on a logarithmic axis, with a mark where it was asked for."""
    results = [result for result in report["cases"] if "ratios" in result]
    most = max([4.0] + [max(result["median_ratio"], result["target"]) for result in results])
    least = min([0.5] + [result["median_ratio"] for result in results])
    # Doublings, so that twice as fast and half as fast are equally far from equal.
    low, high = floor(log2(least)), ceil(log2(most * 1.15))

    def x(ratio):
        return LEFT + (log2(ratio) - low) / (high - low) * (WIDTH - LEFT - 40)

    height = TOP + ROW * len(results) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="Quire beside other engines">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        text(20, 30, "Times as fast as other engines", extra=' font-size="17" font-weight="600"'),
        text(
            20, 50, f"{report['threads']} threads, {report['cpu']}, median of {report['rounds']} runs in turn, "
            f"{report['machine']['date'][:10]}, {report['machine']['processor']}", FAINT,
        ),
    ]
    at = 20
    for peer, colour in COLOURS.items():
        parts.append(f'<rect x="{at}" y="64" width="13" height="13" rx="2" fill="{colour}"/>')
        parts.append(text(at + 20, 75, f"against {peer}"))
        at += 60 + 8 * len(f"against {peer}")
    parts.append(f'<line x1="{at}" x2="{at}" y1="62" y2="79" stroke="{INK}" stroke-width="2.5"/>')
    parts.append(text(at + 8, 75, "asked for"))
    bottom = TOP + ROW * len(results)
    for power in range(low, high + 1):
        place = x(2.0**power)
        colour = FAINT if power == 0 else GRID
        parts.append(f'<line x1="{place:.1f}" x2="{place:.1f}" y1="{TOP}" y2="{bottom}" stroke="{colour}"/>')
        parts.append(text(place, bottom + 18, f"{2.0**power:g}×", FAINT, "middle"))
    for index, result in enumerate(results):
        y = TOP + ROW * index + 5
        ratio = result["median_ratio"]
        begin, end = sorted((x(1), x(ratio)))
        parts.append(text(LEFT - 12, y + 12, f"{result['model']}, {result['label']}", anchor="end"))
        parts.append(
            f'<rect x="{begin:.1f}" y="{y}" width="{max(1, end - begin):.1f}" height="16" '
            f'fill="{COLOURS[result["peer"]]}"><title>{escape(result["case"])}: '
            f'{statistics.median(result["quire_tokens_per_second"]):.1f} against '
            f'{statistics.median(result["peer_tokens_per_second"]):.1f} tokens/s</title></rect>'
        )
        mark = x(result["target"])
        for colour, thickness in (("#ffffff", 4.5), (INK, 2.5)):
            parts.append(
                f'<line x1="{mark:.1f}" x2="{mark:.1f}" y1="{y - 3}" y2="{y + 19}" stroke="{colour}" '
                f'stroke-width="{thickness}"/>'
            )
        parts.append(text(max(end, mark) + 8, y + 12, f"{ratio:.2f}", extra=' font-weight="600"'))
    return "\n".join(parts) + "\n</svg>\n"
