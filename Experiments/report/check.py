"""Looks at reports in headless Chromium, as README.md beside this says.

    python3 check.py PAGE.html… [--pictures DIR]

For every page, in both colour schemes, at 400 and 1600 pixels: no message on the console, nothing
wider than the window, and every text at least 4.5 times as bright or dark as what lies behind it
(WCAG 2.2, 1.4.3; large text too). Then by keyboard alone: headings sort their table both ways, what
has the focus shows it, and the copy button answers. Without JavaScript: all sections are there. On
paper: one PDF. Exit status 1 where anything is wrong.
"""
import argparse, pathlib, sys
from playwright.sync_api import sync_playwright

CONTRAST = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = text => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, under) =>
    [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = color => {
    const [r, g, b] = color.slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paint = element => {
    const style = getComputedStyle(element);
    if (element.ownerSVGElement) {
      if (style.fill === "none" || element.localName === "g") return [0, 0, 0, 0];
      const color = rgba(style.fill); color[3] *= Number(style.fillOpacity); return color;
    }
    return rgba(style.backgroundColor);
  };
  const found = [];
  let count = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim()) continue;
    if (element.closest("title, desc, script, style, caption, .skip")) continue;
    const range = document.createRange(); range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    window.scrollTo({ top: box.top + scrollY - innerHeight / 2, behavior: "instant" });
    const area = element.closest(".scroll, pre");
    if (area) { area.scrollTop += box.top - area.getBoundingClientRect().top - 60; }
    const now = range.getBoundingClientRect();
    const x = Math.min(Math.max(now.left + now.width / 2, 1), innerWidth - 2);
    const y = Math.min(Math.max(now.top + now.height / 2, 1), innerHeight - 2);
    const pile = document.elementsFromPoint(x, y);
    const start = pile.indexOf(element);
    if (start < 0) continue;
    let under = [255, 255, 255, 1];
    const behind = pile.slice(element.ownerSVGElement ? start + 1 : start)
      .concat(document.documentElement).filter(e => !["text", "line"].includes(e.localName));
    for (const e of behind.reverse()) under = over(paint(e), under);
    const style = getComputedStyle(element);
    const own = over(rgba(element.ownerSVGElement ? style.fill : style.color), under);
    const [a, b] = [light(own), light(under)].sort((p, q) => q - p);
    const ratio = (a + 0.05) / (b + 0.05);
    count += 1;
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} "${node.data.trim().slice(0, 30)}" in `
      + `<${element.localName} class="${element.getAttribute("class") || ""}">`);
  }
  window.scrollTo({ top: 0, behavior: "instant" });
  return { count, found };
}
"""

WIDE = """
() => {
  const wide = [];
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) wide.push(`the page: ${width}`);
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest(".scroll, pre, .skip, caption") && !e.matches(".scroll, pre")) continue;
    const box = e.getBoundingClientRect();
    if (box.width && (box.right > innerWidth + 0.5 || box.left < -0.5) && !e.closest(".skip"))
      wide.push(`${box.left.toFixed(0)} to ${box.right.toFixed(0)} is <${e.localName}> `
        + e.textContent.trim().slice(0, 40));
  }
  for (const svg of document.querySelectorAll("svg.chart")) {
    const frame = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
        wide.push(`text out of its chart: ${text.textContent.slice(0, 40)}`);
    }
  }
  return wide.slice(0, 12);
}
"""

OVERLAP = """
() => {
  const found = [];
  for (const svg of document.querySelectorAll("svg.chart")) {
    const texts = Array.from(svg.querySelectorAll("text")).map(t => [t, t.getBoundingClientRect()]);
    for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
      const [a, p] = texts[i], [b, q] = texts[j];
      const w = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const h = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (w > 1 && h > 4) found.push(`"${a.textContent}" lies on "${b.textContent}"`);
    }
  }
  return found.slice(0, 12);
}
"""


FOCUS = """
() => {
  const e = document.activeElement, style = getComputedStyle(e);
  return [e.textContent.slice(0, 40), e.closest("th") !== null,
    style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
}
"""

SPEEDUPS = """
() => Array.from(document.querySelector("table.sortable").tBodies[0].rows, row => row.cells[2])
  .map(cell => cell.dataset.value).filter(value => value !== undefined).map(Number)
"""


class Checker:
    def __init__(self, browser, pictures):
        self.browser, self.pictures, self.faults = browser, pictures, []

    def fault(self, where, what):
        self.faults.append(f"{where}: {what}")
        print(f"  FAULT {where}: {what}")

    def open(self, path, width, scheme, **more):
        page = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **more).new_page()
        messages = []
        page.on("console", lambda m: messages.append(f"console: {m.text}"))
        page.on("pageerror", lambda e: messages.append(f"error: {e}"))
        page.on("request", lambda r: None if r.url.startswith("file:") else messages.append(r.url))
        page.goto(path.resolve().as_uri())
        return page, messages

    def check(self, path):
        print(path)
        for scheme in ["light", "dark"]:
            for width in [400, 1600]:
                where = f"{path.name} {scheme} {width}"
                page, messages = self.open(path, width, scheme)
                for what in page.evaluate(WIDE) + page.evaluate(OVERLAP):
                    self.fault(where, what)
                if self.pictures:
                    name = f"{path.stem}-{scheme}-{width}"
                    page.screenshot(path=self.pictures / f"{name}.png", full_page=True)
                    page.screenshot(path=self.pictures / f"{name}-top.png")
                contrast = page.evaluate(CONTRAST)
                for what in contrast["found"][:10]:
                    self.fault(where, "contrast " + what)
                if contrast["count"] < 40:
                    self.fault(where, f"only {contrast['count']} texts were looked at")
                for what in messages:
                    self.fault(where, what)
                page.context.close()
        self.keyboard(path)
        self.without_script(path)

    def keyboard(self, path):
        """By the keyboard alone, as far as the page has a table to sort."""
        page, messages = self.open(path, 1600, "light")
        where = f"{path.name} keyboard"
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") != "skip":
            self.fault(where, "the first stop is not the link past the contents")
        seen, column = [], None
        for _ in range(80):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUS)
            if page.evaluate("document.activeElement === document.body"):
                break
            seen.append(stop)
            if not stop[2]:
                self.fault(where, f"no focus is seen on {stop[0]!r}")
            if stop[1] and stop[0] == "speedup":
                column = True
                break
        if column is None:
            if page.locator("table.sortable").count():
                self.fault(where, "no heading of the table can be reached")
            page.context.close()
            return
        state = "document.activeElement.closest('th').getAttribute('aria-sort')"
        count = len(page.evaluate(SPEEDUPS))
        for key, expected in [("Enter", "descending"), ("Space", "ascending")]:
            page.keyboard.press(key)
            now = page.evaluate(SPEEDUPS)
            wanted = sorted(now, reverse=expected == "descending")
            if page.evaluate(state) != expected or now != wanted:
                self.fault(where, f"{key} does not sort {expected}")
            if len(now) != count:
                self.fault(where, "rows were lost")
        copy = page.locator(".command button").first
        if copy.count():
            copy.focus()
            page.keyboard.press("Enter")
            page.wait_for_timeout(200)
            if copy.text_content() not in ("Copied", "Marked"):
                self.fault(where, "the copy button says nothing")
        dot = page.locator("circle[data-trial]").first
        if dot.count():
            dot.scroll_into_view_if_needed()
            page.wait_for_timeout(800)
            box = dot.bounding_box()
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            if page.locator(".tip").is_hidden():
                self.fault(where, "pointing at a trial says nothing")
        for what in messages:
            self.fault(where, what)
        page.context.close()

    def without_script(self, path):
        page, messages = self.open(path, 1000, "light", java_script_enabled=False)
        links = page.locator("nav a").count()
        if page.locator("main > section > h2").count() < links or not page.locator("h1").count():
            self.fault(path.name, "sections are missing without JavaScript")
        if page.locator("button").count():
            self.fault(path.name, "there are buttons that do nothing without JavaScript")
        if self.pictures:
            page.pdf(path=self.pictures / f"{path.stem}.pdf", format="A4")
        page.context.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    parser.add_argument("--pictures", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--headless=new", "--no-sandbox"])
        checker = Checker(browser, arguments.pictures)
        for path in arguments.pages:
            checker.check(path)
        browser.close()
    print(f"{len(checker.faults)} faults")
    sys.exit(bool(checker.faults))


main()
