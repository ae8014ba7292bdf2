/// The colours, light and dark; also those of the key figure. After Okabe and Ito's palette, which
/// the colour-blind tell apart, darkened and lightened until text has a contrast of 4.5 and more.
enum Palette {
  static let markup = Markup.raw(
    """
    :root {
      color-scheme: light dark;
      --paper: #fbfbf9; --card: #ffffff; --ink: #1b1f24; --muted: #565e68; --line: #d9dde2;
      --grid: #e7e9ec; --link: #0a5a9c; --best: #b5400a; --front: #00705a; --dot: #6f87a3;
      --early: #98a3af; --other: #6f87a3; --plain: #565e68; --range: #c9d3de;
      --p16: #33475b; --on-p16: #ffffff; --p8: #2b6cb0; --on-p8: #ffffff; --p4: #a9cdee;
      --on-p4: #14212e; --p0: #fbe9de; --p0-edge: #b5400a; --on-p0: #9a3608; --mark: #fff3d6;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #14171b; --card: #1b1f24; --ink: #e8ebee; --muted: #a7afb9; --line: #343b43;
        --grid: #2a3037; --link: #7fbcf5; --best: #ff9d66; --front: #4fd0aa; --dot: #86a0bd;
        --early: #76828f; --other: #86a0bd; --plain: #a7afb9; --range: #3b4652;
        --p16: #cdd8e4; --on-p16: #14212e; --p8: #6cabe8; --on-p8: #0f1a26; --p4: #2d5c8f;
        --on-p4: #f2f7fc; --p0: #3a261b; --p0-edge: #ff9d66; --on-p0: #ffb488; --mark: #3b3222;
      }
    }

    """)
}
