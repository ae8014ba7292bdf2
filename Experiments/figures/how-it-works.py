"""Draws how-it-works.svg, the README's figure. Standard library only: python3 how-it-works.py"""
import pathlib

W, H = 860, 330
KEPT, SKIPPED, GOOD, BAD, INK = "#2f6fb0", "#d9dde2", "#3a9a5c", "#c2483d", "#24292f"
out = [
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="{INK}">',
    f'<rect width="{W}" height="{H}" fill="white"/>',
]


def text(x, y, s, size=13, anchor="start", fill=INK, weight="normal"):
    out.append(f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{fill}" font-weight="{weight}">{s}</text>')


def box(x, y, w, h, fill, label="", ink="white", stroke="none", dash=""):
    out.append(f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="4" fill="{fill}" stroke="{stroke}" stroke-dasharray="{dash}"/>')
    if label:
        text(x + w / 2, y + h / 2 + 4.5, label, 12, "middle", ink)


# Left: one model, two paths through its sub-layers.
text(20, 28, "One model, two paths", 15, weight="bold")
names = ["attn 0", "mlp 0", "attn 1", "mlp 1", "attn 2", "mlp 2", "attn 3", "mlp 3"]
skipped = {2, 3, 5, 6}
text(95, 52, "full model", 12, "middle")
text(235, 52, "draft", 12, "middle")
for i, name in enumerate(names):
    y = 252 - i * 26
    box(45, y, 100, 20, KEPT, name)
    if i in skipped:
        box(185, y, 100, 20, "white", "skipped", "#8a9099", SKIPPED, "3 3")
    else:
        box(185, y, 100, 20, KEPT, name)
text(165, 300, "a skip set is 2L bits: which boxes the draft leaves out", 12, "middle")

# Right: one round.
x0 = 345
text(x0, 28, "One round: draft cheaply, verify all at once", 15, weight="bold")
text(x0, 66, "1  the draft proposes, token by token, at a fraction of the bytes", 12.5)
words = ["the", "cat", "sat", "on", "a"]
for i, w in enumerate(words):
    box(x0 + 20 + i * 88, 78, 74, 26, "#e8f0f8" if i else "#eef1f4", w, INK, KEPT if i else SKIPPED)
    if i:
        text(x0 + 10 + i * 88, 96, "→", 14, "middle")
text(x0, 140, "2  the full model reads its weights once for all five rows", 12.5)
box(x0 + 20, 152, 426, 26, KEPT, "full model · 5 rows · one pass over the weights")
text(x0, 214, "3  its own choice at each row decides; what agrees stands", 12.5)
verdict = ["cat", "sat", "on", "the"]
for i, w in enumerate(verdict):
    ok = i < 3
    box(x0 + 108 + i * 88, 226, 74, 26, "#e6f4ea" if ok else "#fbeae8", w + (" ✓" if ok else ""), INK, GOOD if ok else BAD)
text(x0 + 20, 282, "4 tokens for one full pass and 4 cheap steps — and exactly the tokens", 12.5)
text(x0 + 20, 300, "that plain decoding gives, bit for bit", 12.5)
out.append("</svg>")
pathlib.Path(__file__).with_suffix(".svg").write_text("\n".join(out) + "\n", encoding="utf-8")
