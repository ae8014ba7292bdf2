extension BuiltInPrompts {
  /// Word problems of one to five steps.
  static let wordProblems: [String] = [
    """
    Mira packs 6 lunch boxes every school day and puts 4 cherry tomatoes into each. How many \
    cherry tomatoes does she use in a school week of 5 days?
    """,
    """
    Oskar earns $14 an hour for repairing bicycles. On Monday he works 6 hours, and on Tuesday \
    half as long. He spends $27 of what he earned on spare parts. How much money does he have \
    left?
    """,
    """
    A rain barrel holds 120 litres. It is one quarter full when a storm adds 45 litres. How many \
    more litres fit into the barrel after the storm?
    """,
    """
    Each page of a stamp album has 5 rows with 6 stamps in a row. Beatriz has filled 9 pages and \
    started a tenth page with 11 stamps. How many stamps are in the album?
    """,
    """
    Pavel planted 40 tulip bulbs. One fifth of them were eaten by mice, and of the rest, 3 did \
    not bloom. How many tulips bloomed?
    """,
    """
    A box of crayons costs $3 and a sketchbook costs twice as much. The art club buys 12 boxes \
    of crayons and 7 sketchbooks. What does it pay altogether?
    """,
    """
    The swimming pool opens at 9 in the morning and closes at 7 in the evening, except on \
    Sundays, when it closes 3 hours earlier. How many hours is it open in one week?
    """,
    """
    A theatre has 16 rows of 24 seats. At the evening show 47 seats were empty. Tickets cost $9. \
    How much money did the theatre take that evening?
    """,
    """
    Every morning a baker's van drives 13 kilometers to town and the same way back. In the month \
    of June it did not drive on 4 of the 30 days. How far did it drive in June?
    """,
    """
    A roll of ribbon is 30 meters long. Zoe cuts 8 pieces of 2 meters each and 4 pieces of 3 \
    meters each. How many meters of ribbon are left?
    """,
    """
    Samir's phone battery loses 6 percent every hour while he listens to music. He starts at 92 \
    percent and listens for 7 hours. What percentage is left?
    """,
    """
    Ana and Luis pick blackberries. Ana fills 4 buckets of 3 pounds each. Luis picks 5 pounds \
    less than Ana. How many pounds do they pick together?
    """,
    """
    A truck brings 9 pallets of tiles. Each pallet holds 48 boxes, but 17 boxes arrive broken. \
    The builder uses 350 good boxes. How many good boxes are left over?
    """,
    """
    The temperature at noon was 21 degrees. It fell 3 degrees every hour until 6 in the evening. \
    What was the temperature then?
    """,
    """
    Kofi builds a fence with 11 posts, 2 meters apart. How long is the fence from the first post \
    to the last?
    """,
    """
    A cinema sold 135 tickets on Thursday. On Friday it sold 40 percent more. The manager had \
    hoped for 200 tickets on Friday. How many tickets short of that was Friday?
    """,
    """
    A tank loses 4 liters of water each day through a leak. Every Sunday 50 liters are added. It \
    held 300 liters on a Sunday after filling. How much is in it after the filling 2 weeks \
    later?
    """,
    """
    An orchard has 7 rows of 12 apple trees and 4 rows of 9 pear trees. A storm fells 6 apple \
    trees and a third of the pear trees. How many trees still stand?
    """,
    """
    A bus leaves with 33 passengers. At the first stop 8 get off and 5 get on, at the second \
    stop half of the passengers get off, and at the third 9 get on. How many are on the bus \
    then?
    """,
    """
    Three friends share the cost of a boat. It costs $25 for the first hour and $15 for every \
    hour after that. They keep it for 4 hours. What does each of them pay?
    """,
    """
    Viktor has 3 shelves with 21 books each. He gives away a third of his books and buys 8 new \
    ones. How many books does he have now?
    """,
    """
    Sofia makes bracelets of 15 beads. A pack of 100 beads costs $4, and she sells a bracelet \
    for $3. She uses 3 packs and sells all the bracelets she can make. How much profit does she \
    have?
    """,
    """
    The mail carrier delivers 240 letters. She has delivered three eighths of them before her \
    break and 70 after it. How many letters are left?
    """,
    """
    A library lends 54 books in the morning and twice as many in the afternoon. In the evening \
    31 books come back. How many of the books lent that day are still out?
    """,
  ]
}
