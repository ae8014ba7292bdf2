/// How the page is laid out: on a telephone, on a desk, on paper.
enum PageStyle {
  static let markup = Markup.raw(
    """
    * { box-sizing: border-box; }
    html { font: 17px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto,
      "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%;
      scroll-padding-top: 1rem; }
    body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: break-word; }
    header.page, main, footer.page { max-width: 70rem; margin: 0 auto;
      padding: 0 clamp(1rem, 4vw, 2.5rem); }
    header.page { display: flex; flex-wrap: wrap; gap: .3rem 2rem; align-items: baseline;
      padding-top: 1.1rem; }
    .brand { margin: 0; font-weight: 650; letter-spacing: -.01em; }
    nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: 0; padding: 0;
      list-style: none; font-size: .8rem; }
    a { color: var(--link); text-underline-offset: .2em; text-decoration-thickness: 1px; }
    nav a { text-decoration: none; }
    nav a:hover { text-decoration: underline; }
    nav a, th button { display: inline-block; padding: .3rem 0; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
    main:focus { outline: none; }
    .skip { position: absolute; left: -99rem; padding: .5rem 1rem; background: var(--card); }
    .skip:focus { left: 1rem; top: 1rem; }
    h1, h2 { letter-spacing: -.02em; line-height: 1.15; text-wrap: balance; }
    section > h2 { font-size: 1.5rem; margin: 0 0 .4rem; }
    main > section { padding: 2.6rem 0 0; }
    .lead { max-width: 44rem; margin: 0 0 1.4rem; color: var(--muted); }
    .answer { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.4rem 3rem; }
    main > .answer { padding-top: 2rem; }
    .kicker { margin: 0; color: var(--muted); font-size: .85rem; }
    .answer h1, .answer h2 { margin: .5rem 0 .7rem; font-weight: 500; font-size: 1.3rem;
      letter-spacing: -.01em; }
    .answer h1 b, .answer h2 b { display: block; font-size: clamp(3.6rem, 13vw, 6rem);
      font-weight: 700; line-height: 1; letter-spacing: -.045em; color: var(--best);
      font-variant-numeric: tabular-nums; }
    .pair .answer h2 b { font-size: clamp(3.2rem, 8vw, 4.4rem); }
    .words p { margin: 0 0 .8rem; max-width: 38rem; }
    .meaning { font-size: 1.05rem; }
    .words p:last-child { color: var(--muted); font-size: .9rem; }
    .comparison h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); margin: 0 0 .6rem; }
    .pair { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.4rem 2.5rem; }
    .pair .answer + .answer { margin-top: 1.4rem; }
    .command { min-width: 0; }
    .command p { margin: 0 0 .35rem; font-weight: 600; font-size: .9rem; }
    .command { position: relative; }
    pre { margin: 0; padding: .9rem 1.1rem; overflow-x: auto; background: var(--card);
      border: 1px solid var(--line); border-radius: 8px; font-size: .82rem; line-height: 1.6; }
    code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono",
      monospace; }
    footer code { font-size: .92em; overflow-wrap: anywhere; }
    .command button { position: absolute; right: 0; top: -.25rem; }
    button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; }
    .command button { font-size: .8rem; padding: .15rem .7rem; border: 1px solid var(--line);
      border-radius: 6px; background: var(--card); }
    figure { margin: 0; min-width: 0; padding: 1rem 1.1rem 1.1rem; background: var(--card);
      border: 1px solid var(--line); border-radius: 10px; }
    figcaption { margin-bottom: .7rem; font-size: .85rem; line-height: 1.45; }
    figcaption b { display: block; font-weight: 620; }
    figcaption span { color: var(--muted); }
    .chart { display: block; width: 100%; max-width: 33rem; margin: 0 auto; height: auto;
      overflow: visible; }
    .figures { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.2rem;
      align-items: start; }
    .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.3rem; margin: 0 0 1rem; padding: 0;
      list-style: none; font-size: .85rem; color: var(--muted); }
    .swatch { width: 1.15em; height: 1.15em; vertical-align: -.2em; margin-right: .4em; }
    .limits { margin: 0; padding: .4rem 0; display: grid; gap: 1.1rem; }
    .limits dt { font-size: 1.7rem; font-weight: 650; letter-spacing: -.02em; line-height: 1.2;
      font-variant-numeric: tabular-nums; }
    .limits dd { margin: 0; color: var(--muted); max-width: 26rem; font-size: .9rem; }
    .missing { margin: 0; color: var(--muted); }
    .notes { margin: 0 0 1.2rem; padding-left: 1.2rem; max-width: 48rem; font-size: .9rem; }
    .scroll { overflow: auto; border: 1px solid var(--line); border-radius: 10px;
      background: var(--card); }
    .scroll + .scroll { margin-top: 1.2rem; }
    .tall { max-height: 34rem; }
    table { border-collapse: collapse; width: 100%; font-size: .82rem;
      font-variant-numeric: tabular-nums; }
    caption { position: absolute; width: 1px; height: 1px; overflow: hidden;
      clip-path: inset(50%); }
    th, td { padding: .32rem .75rem; text-align: right; white-space: nowrap; font-weight: 400; }
    thead th { font-weight: 600; border-bottom: 1px solid var(--line); background: var(--card);
      vertical-align: bottom; }
    .tall thead th { position: sticky; top: 0; white-space: normal; min-width: 4.4rem; }
    .named { margin: 1.4rem 0 .6rem; font-size: 1rem; letter-spacing: -.01em; }
    tbody tr + tr > * { border-top: 1px solid var(--grid); }
    .word, .plain-table th, .plain-table td:last-child, .facts th, .facts td { text-align: left; }
    .plain-table thead th:not(:first-child):not(:last-child) { text-align: right; }
    th button { padding: .2rem 0; font-weight: 600; text-align: inherit; }
    th[aria-sort="ascending"] button::after { content: " \u{2191}"; }
    th[aria-sort="descending"] button::after { content: " \u{2193}"; }
    tr.best > * { font-weight: 650; color: var(--best); }
    .on > td, tr:hover > td { background: var(--mark); }
    .facts th, .facts td { white-space: normal; vertical-align: top; }
    .facts th { color: var(--muted); width: 11rem; }
    .facts td { overflow-wrap: anywhere; min-width: 9rem; }
    .facts thead th, .facts .group { color: var(--ink); font-weight: 650; padding-top: .9rem; }
    .differs td { background: var(--mark); }
    svg .on { stroke: var(--ink); stroke-width: 2.5; fill-opacity: 1; }
    .tip { position: fixed; z-index: 9; max-width: 20rem; padding: .35rem .6rem; font-size: .78rem;
      line-height: 1.4; color: var(--paper); background: var(--ink); border-radius: 6px;
      pointer-events: none; }
    footer.page { padding-top: 2.6rem; padding-bottom: 2.6rem; color: var(--muted);
      font-size: .85rem; }
    footer p { max-width: 48rem; margin: 0 0 .5rem; }
    @media (min-width: 60rem) {
      .figures, .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      .pair .answer { grid-row: span 3; grid-template-rows: subgrid; align-items: start; }
      .pair .answer + .answer { margin-top: 0; }
      main > .answer { grid-template-columns: minmax(0, 1fr) minmax(0, 27rem); align-items: start; }
      main > .answer .command { grid-column: 1 / -1; }
    }
    @media (max-width: 30rem) {
      figure { padding: .8rem .7rem .9rem; }
      th, td { padding: .32rem .5rem; }
    }
    @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
    @media print {
      html { font-size: 10pt; }
      :root { --paper: #ffffff; }
      nav, .skip, .command button, .tip { display: none; }
      .tall { max-height: none; }
      .scroll { overflow: visible; border: 0; }
      figure, .command, tr { break-inside: avoid; }
      h2, .lead { break-after: avoid; break-inside: avoid; }
      main > .answer { grid-template-columns: 1fr 1fr; }
      main > .answer .command { grid-column: 1 / -1; }
      .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      #trials table { font-size: 6.5pt; }
      th, td, .tall thead th { padding: .15rem .3rem; min-width: 0; }
    }

    """)
}
