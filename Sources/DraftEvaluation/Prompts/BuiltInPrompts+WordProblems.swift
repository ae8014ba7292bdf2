extension BuiltInPrompts {
  /// Forty-eight word problems of one to five steps.
  static let wordProblems = """
    Mira packs 6 lunch boxes every school day and puts 4 cherry tomatoes into each. How many cherry
    tomatoes does she use in a school week of 5 days?

    A ferry carries 38 cars on each trip. It makes 7 trips on Saturday and 5 trips on Sunday. How
    many more cars can it carry on Saturday than on Sunday?

    Oskar earns $14 an hour for repairing bicycles. On Monday he works 6 hours, and on Tuesday half
    as long. He spends $27 of what he earned on spare parts. How much money does he have left?

    The bakery on Hill Street sells rolls in bags of 8. Nadia needs 3 rolls for each of her 14
    guests. How many bags must she buy?

    A rain barrel holds 120 litres. It is one quarter full when a storm adds 45 litres. How many
    more litres fit into the barrel after the storm?

    Tomas is 5 years older than his sister Ivana. In 3 years Ivana will be 14. How old is Tomas now?

    Each page of a stamp album has 5 rows with 6 stamps in a row. Beatriz has filled 9 pages and
    started a tenth page with 11 stamps. How many stamps are in the album?

    A printer prints 18 pages per minute. How many minutes does it need for 4 copies of a report
    that is 63 pages long?

    Pavel planted 40 tulip bulbs. One fifth of them were eaten by mice, and of the rest, 3 did not
    bloom. How many tulips bloomed?

    Two hikers start at opposite ends of a trail 24 kilometers long and walk towards each other. One
    walks 5 kilometers an hour, the other 3. After how many hours do they meet?

    A box of crayons costs $3 and a sketchbook costs twice as much. The art club buys 12 boxes of
    crayons and 7 sketchbooks. What does it pay altogether?

    Lena reads 22 pages on Friday, 35 pages on Saturday, and on Sunday as many as on both days
    together. Her book has 190 pages. How many pages are left?

    The swimming pool opens at 9 in the morning and closes at 7 in the evening, except on Sundays,
    when it closes 3 hours earlier. How many hours is it open in one week?

    Farid shares a bag of 75 walnuts with his two cousins. He gives 20 to the first cousin and 5
    more than that to the second. How many walnuts does he keep?

    A theatre has 16 rows of 24 seats. At the evening show 47 seats were empty. Tickets cost $9.
    How much money did the theatre take that evening?

    Greta needs 250 grams of flour for one cake. She has a bag with 2 kilograms of flour and bakes
    5 cakes. How many grams of flour remain?

    Every morning a baker's van drives 13 kilometers to town and the same way back. In the month of
    June it did not drive on 4 of the 30 days. How far did it drive in June?

    Hugo collected 64 shells. He gave half of them to his class, then found 9 more, and then lost 6
    on the way home. How many shells does Hugo have?

    A roll of ribbon is 30 meters long. Zoe cuts 8 pieces of 2 meters each and 4 pieces of 3 meters
    each. How many meters of ribbon are left?

    The choir has 28 singers. There are 4 more altos than sopranos, and no other voices. How many
    altos are there?

    Samir's phone battery loses 6 percent every hour while he listens to music. He starts at 92
    percent and listens for 7 hours. What percentage is left?

    A farmer has 15 cows that each give 22 liters of milk a day. He sells two thirds of the milk
    and makes cheese from the rest. How many liters become cheese each day?

    Ana and Luis pick blackberries. Ana fills 4 buckets of 3 pounds each. Luis picks 5 pounds less
    than Ana. How many pounds do they pick together?

    At the fair a ride costs 3 tokens and a game costs 2 tokens. Wren has 31 tokens and goes on 5
    rides. How many games can she play with the rest?

    A truck brings 9 pallets of tiles. Each pallet holds 48 boxes, but 17 boxes arrive broken. The
    builder uses 350 good boxes. How many good boxes are left over?

    Jonas saves $12 every week for a tent that costs $150. His grandmother gives him $30 at the
    start. After how many weeks can he buy the tent?

    The temperature at noon was 21 degrees. It fell 3 degrees every hour until 6 in the evening.
    What was the temperature then?

    A class of 26 children goes to the museum with 4 adults. A child's ticket costs $4 and an
    adult's ticket costs $7. The museum takes $20 off for groups. What does the visit cost?

    Kofi builds a fence with 11 posts, 2 meters apart. How long is the fence from the first post to
    the last?

    Petra's recipe makes 18 muffins from 3 eggs. She wants 42 muffins for the school fair. How many
    eggs does she need?

    A cinema sold 135 tickets on Thursday. On Friday it sold 40 percent more. The manager had
    hoped for 200 tickets on Friday. How many tickets short of that was Friday?

    Iris walks her dog 3 times a day for 20 minutes and once a week for an extra hour. How many
    minutes does she walk the dog in a week?

    A tank loses 4 liters of water each day through a leak. Every Sunday 50 liters are added. It
    held 300 liters on a Sunday after filling. How much is in it after the filling 2 weeks later?

    Delia buys 5 notebooks at $2.50 each and 3 pens at $1.20 each. She pays with a $20 bill. How
    much change does she get?

    An orchard has 7 rows of 12 apple trees and 4 rows of 9 pear trees. A storm fells 6 apple trees
    and a third of the pear trees. How many trees still stand?

    Emil runs 3 laps of 400 meters on the first day and one lap more every following day. How many
    meters does he run on the fifth day?

    A bus leaves with 33 passengers. At the first stop 8 get off and 5 get on, at the second stop
    half of the passengers get off, and at the third 9 get on. How many are on the bus then?

    Nora's garden is a rectangle 14 meters long and 9 meters wide. She sows grass on all of it but a
    vegetable bed of 5 meters by 4 meters. How many square meters of grass does she have?

    Three friends share the cost of a boat. It costs $25 for the first hour and $15 for every hour
    after that. They keep it for 4 hours. What does each of them pay?

    The school kitchen used 96 potatoes on Monday, which is 3 times as many as on Tuesday. On
    Wednesday it used 10 more than on Tuesday. How many potatoes did it use on the three days?

    Viktor has 3 shelves with 21 books each. He gives away a third of his books and buys 8 new
    ones. How many books does he have now?

    A candle is 24 centimeters tall and burns down 3 centimeters in 2 hours. How tall is it after
    it has burned for 10 hours?

    Sofia makes bracelets of 15 beads. A pack of 100 beads costs $4, and she sells a bracelet for
    $3. She uses 3 packs and sells all the bracelets she can make. How much profit does she have?

    On a quiz every right answer gives 5 points and every wrong answer takes away 2. Amir answers 20
    questions, and 14 of them are right. How many points does he have?

    The mail carrier delivers 240 letters. She has delivered three eighths of them before her break
    and 70 after it. How many letters are left?

    Lucia's car uses 6 liters of fuel for 100 kilometers. Fuel costs $2 per liter. What does the
    fuel for a journey of 350 kilometers cost?

    A library lends 54 books in the morning and twice as many in the afternoon. In the evening 31
    books come back. How many of the books lent that day are still out?

    Bruno stacks 5 layers of bricks. The bottom layer has 19 bricks, and each layer has 2 bricks
    fewer than the one below it. How many bricks does he need?
    """
}
