/// How the marks of charts look, on the page and in the key figure.
enum ChartStyle {
  static let markup = Markup.raw(
    """
    svg text { fill: var(--muted); font-size: 11.5px; font-variant-numeric: tabular-nums; }
    svg .label { font-size: 11.5px; }
    svg .strong { fill: var(--ink); font-weight: 600; }
    svg circle { pointer-events: all; }
    svg text, svg .front, svg .whisker, svg .range, svg .iso { pointer-events: none; }
    svg .grid { stroke: var(--grid); stroke-width: 1; }
    svg .axis { stroke: var(--early); stroke-width: 1; }
    svg .plain { stroke: var(--plain); stroke-width: 1.2; stroke-dasharray: 4 3; fill: none; }
    svg .trial { fill: var(--dot); fill-opacity: .8; stroke: var(--card); stroke-width: .5; }
    svg .early { fill: none; stroke: var(--early); stroke-width: 1.1; }
    svg .front { fill: none; stroke: var(--front); stroke-width: 2; stroke-linejoin: round; }
    svg .frontdot { fill: var(--front); stroke: var(--card); stroke-width: 1; }
    svg .frontlabel { fill: var(--front); font-weight: 600; }
    svg .bestlabel { fill: var(--best); font-weight: 600; }
    svg .iso { fill: none; stroke: var(--early); stroke-width: 1; stroke-dasharray: 1.5 3; }
    svg .isolabel { font-size: 10.5px; }
    svg .range { stroke: var(--range); stroke-width: 1.2; }
    svg .missed { fill: var(--best); stroke: var(--card); stroke-width: .5; }
    svg .sure { fill: var(--front); stroke: var(--front); stroke-width: 1.4; }
    svg .unsure { fill: var(--card); stroke: var(--early); stroke-width: 1.4; }
    svg .bar { fill-opacity: .35; }
    svg .other { fill: var(--other); }
    svg .best { fill: var(--best); }
    svg .point { fill-opacity: 1; stroke: var(--card); stroke-width: 1.2; }
    svg .whisker { fill: none; stroke: var(--ink); stroke-width: 1.3; }
    svg .p16 { fill: var(--p16); }
    svg .p8 { fill: var(--p8); }
    svg .p4 { fill: var(--p4); }
    svg .p0 { fill: var(--p0); stroke: var(--p0-edge); stroke-width: .8; }
    svg .glyph { font-size: 10.5px; font-weight: 600; }
    svg .on-p16 { fill: var(--on-p16); }
    svg .on-p8 { fill: var(--on-p8); }
    svg .on-p4 { fill: var(--on-p4); }
    svg .on-p0 { fill: var(--on-p0); }

    """)
}
