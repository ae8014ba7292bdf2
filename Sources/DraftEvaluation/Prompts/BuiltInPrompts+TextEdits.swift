extension BuiltInPrompts {
  /// Changes to a given text; the answer repeats most of it.
  static let textEdits: [String] = [
    """
    Correct the spelling in this text. Change nothing else.

    The libary in our village is open on three days a week. It has a small readding room with a \
    stove, and in winter many peple come only becuase it is warm there. Last year the roof was \
    repared, and since then the books no longer get wet when it rains. The libarian knows every \
    visiter by name and ofen puts aside a book that she thinks someone will enjoy.
    """,
    """
    Rewrite this text in the past tense and keep everything else.

    Every morning Paul walks to the harbour and buys two fresh rolls. He sits on the wall beside \
    the old crane and watches the fishing boats come in. When the last boat is tied up, he helps \
    the crew to carry the boxes to the market hall. In return they give him a fish for his cat. \
    Then he goes home, feeds the cat and starts to work in his shop.
    """,
    """
    In the following text, replace the name Martha by Helen and the town Elmford by Westbrook. \
    Write out the whole text.

    Martha moved to Elmford eight years ago to open a bakery. At first few people in Elmford \
    knew her, and Martha sold her bread at the weekly market. When the old dairy closed, Martha \
    rented its rooms. Today the bakery of Elmford has five employees, and on Saturdays the queue \
    reaches the corner. Martha says that she would never leave Elmford again.
    """,
    """
    Rewrite this report in the third person, about Mr. Olsen instead of "I".

    I arrived at the workshop at seven and switched on the heating. I noticed that the window at \
    the back was open, and I found wet leaves on the floor. I checked the tools, but nothing was \
    missing. At eight I called the owner and told her what I had seen. I closed the window, \
    cleaned the floor and wrote this report before I went home.
    """,
    """
    Change this text from British to American spelling. Do not change anything else.

    The centre of the town has a new theatre. Its grey walls have lost some of their colour over \
    the years, but the organisers have decided to paint only the doors. A travelling company \
    will honour the opening with a programme of short plays. The neighbours have been invited to \
    the rehearsal, and the mayor apologised for the noise of the labourers. Cheques are not \
    accepted at the box office.
    """,
    """
    Write all numbers in this text as digits. Leave the rest unchanged.

    The orchard has twelve rows with thirty trees each. Last autumn seven helpers picked for \
    nine days and filled four hundred and fifty crates. Sixty crates went to the school, and the \
    remaining three hundred and ninety were sold for eleven dollars each. Two trees in row five \
    were ill and had to be felled. Next spring the owners will plant twenty-five young trees and \
    buy one more ladder.
    """,
    """
    Sort this shopping list alphabetically, one item on each line.

    - oranges
    - flour
    - washing powder
    - butter
    - noodles
    - apples
    - tea
    - mustard
    - cheese
    - rice
    - honey
    - yoghurt
    - eggs
    - salt
    - potatoes
    - bread
    - lemons
    - vinegar
    - cocoa
    - kidney beans
    """,
    """
    Some sentences of this text begin with a small letter. Correct that and repeat the text.

    the path begins behind the railway station. it crosses a meadow and then climbs through a \
    beech wood to the ridge. from the ridge you can see both lakes. after an hour the path \
    reaches a stone hut, where water and soup are sold in summer. beyond the hut it becomes \
    narrow and steep. people who are afraid of heights should turn back here. the way down on \
    the other side takes forty minutes.
    """,
    """
    Remove the words "really", "very" and "just" from this text and leave everything else as it \
    is.

    The concert was really good, and the hall was very full. We just managed to find two seats \
    at the side. The singer was very nervous at first, but after the second song she really \
    began to enjoy it. The pianist played just a few notes between the songs, which was really \
    effective. At the end the audience was very quiet for a moment, and then everybody just \
    stood up.
    """,
    """
    Change the day in this message from Tuesday to Thursday and the time from 10 to 14. Repeat \
    the whole message.

    Dear all, our next meeting is on Tuesday at 10 in the small conference room. Please send me \
    your points for the agenda before Tuesday. If you cannot come on Tuesday at 10, let me know, \
    so that we can connect you by telephone. The room is booked until 12, and after the meeting \
    on Tuesday there will be a short tour of the new laboratory. Best regards, Ines
    """,
    """
    Rewrite these instructions so that each step begins with its number, as in "1.", on a line \
    of its own.

    First, fill the bucket with warm water and add a spoonful of soap. Then remove everything \
    from the shelves. Next, wipe the shelves from top to bottom with a soft cloth. After that, \
    dry them with a clean towel. Then wait for ten minutes with the door open. Finally, put \
    everything back, the heavy things at the bottom and the light ones at the top.
    """,
    """
    The writer of this text is a woman called Ms. Farrow, but it says "he" and "his". Correct \
    that and repeat the text.

    The new head of the museum took up his work in March. Before that he had led the harbour \
    archive for six years, where he put its maps in order. He says that his first task is the \
    cellar, where many objects lie in boxes that nobody has opened. He wants to show visitors \
    how his staff work, and he plans to open the workshop on Sundays. His deputy will remain in \
    office.
    """,
  ]
}
