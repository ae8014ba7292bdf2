/// What the page does beyond showing: sorts tables, copies commands, says at once what is pointed
/// at, and marks a trial wherever it stands. It is source of XML too: no `<` and no `&` are in it.
enum PageScript {
  static let markup = Markup.raw(
    """
    (function () {
      "use strict";
      const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

      // Tables: headings become buttons.
      const compare = (a, b) => a > b ? 1 : b > a ? -1 : 0;
      const key = (row, column) => {
        const cell = row.cells[column];
        if (cell.classList.contains("word")) return cell.textContent;
        return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
      };
      const sort = (table, column, isDescending) => {
        const rows = Array.from(table.tBodies[0].rows);
        const sign = isDescending ? -1 : 1;
        rows.sort((a, b) => {
          const x = key(a, column), y = key(b, column);
          // What is not known comes last either way.
          if (x === null || y === null) return compare(x === null, y === null);
          return sign * compare(x, y) || compare(Number(a.dataset.trial), Number(b.dataset.trial));
        });
        table.tBodies[0].append(...rows);
      };
      all("table.sortable").forEach(table => {
        const heads = Array.from(table.tHead.rows[0].cells);
        heads.forEach((head, column) => {
          const button = document.createElement("button");
          button.type = "button";
          button.append(...head.childNodes);
          head.append(button);
          button.addEventListener("click", () => {
            const now = head.getAttribute("aria-sort");
            const next = now === "none" ? head.dataset.first
              : now === "ascending" ? "descending" : "ascending";
            heads.forEach(other => other.setAttribute("aria-sort", "none"));
            head.setAttribute("aria-sort", next);
            sort(table, column, next === "descending");
          });
        });
      });

      // Commands: a button that copies, and marks the text where it may not.
      all(".command").forEach(command => {
        const code = command.querySelector("code");
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = "Copy";
        button.setAttribute("aria-live", "polite");
        button.addEventListener("click", async () => {
          try {
            await navigator.clipboard.writeText(code.textContent);
            button.textContent = "Copied";
          } catch (error) {
            getSelection().selectAllChildren(code);
            button.textContent = "Marked";
          }
          setTimeout(() => { button.textContent = "Copy"; }, 2000);
        });
        command.append(button);
      });

      // Marks of charts: their titles at once instead of after a while.
      const tip = document.createElement("div");
      tip.className = "tip";
      tip.hidden = true;
      tip.setAttribute("aria-hidden", "true");
      document.body.append(tip);
      all("svg.chart title").forEach(title => {
        const mark = title.parentNode;
        if (mark.localName === "svg") return;
        mark.setAttribute("data-tip", title.textContent);
        title.remove();
      });
      let shown = [];
      const point = event => {
        const mark = event.target.closest ? event.target.closest("[data-tip], [data-trial]") : null;
        shown.forEach(one => one.classList.remove("on"));
        shown = [];
        const text = mark ? mark.getAttribute("data-tip") : null;
        tip.hidden = !text;
        if (!mark) return;
        if (text) {
          tip.textContent = text;
          const box = mark.getBoundingClientRect();
          const left = box.left + box.width / 2 - tip.offsetWidth / 2;
          tip.style.left = Math.max(8, Math.min(left, innerWidth - tip.offsetWidth - 8)) + "px";
          const above = box.top - tip.offsetHeight - 8;
          tip.style.top = (above > 4 ? above : box.bottom + 8) + "px";
        }
        const panel = mark.closest("[data-panel]");
        const trial = mark.getAttribute("data-trial");
        if (panel === null || trial === null) return;
        shown = all("[data-panel=" + panel.dataset.panel + "] [data-trial='" + trial + "']");
        shown.forEach(one => one.classList.add("on"));
      };
      document.addEventListener("pointerover", point);
      document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
    })();
    """)
}
