extension BuiltInPrompts {
  /// Texts to summarise.
  static let summaries: [String] = [
    """
    Summarise this text in two sentences.

    Bread rises because of yeast, a tiny fungus that feeds on the sugar in the dough. As it \
    feeds, it gives off carbon dioxide. The gas cannot escape, because kneading has turned the \
    proteins of the flour into a stretchy net that holds the bubbles. Warmth makes the yeast \
    work faster, but above about 55 degrees it dies. In the oven the bubbles grow once more \
    before the heat kills the yeast and the crust becomes firm. That is why dough that has not \
    rested long enough gives a heavy loaf.
    """,
    """
    What was decided at this meeting? Answer in two or three sentences.

    Present were Anna, Deniz, Robert and Li. Robert reported that the old boiler needs a repair \
    that costs 900 dollars, and that a new one would cost 4,200. Deniz said that the repair \
    would last for two winters at most. Li had asked two companies for offers; both can start in \
    May. After a short discussion all agreed to buy a new boiler and to have it installed by the \
    cheaper company. Anna will tell the tenants that there is no warm water on two days in May. \
    The next meeting is on the third of April.
    """,
    """
    Write a one-sentence summary of the following text.

    Lighthouses once had keepers who lived beside the lamp. They filled it with oil, cleaned the \
    lenses and wound up the clockwork that turned them, every few hours, all night long. In fog \
    they also had to ring a bell. Most keepers lived with their families, and supplies came by \
    boat once a week if the sea was calm. From about 1960 on, electric lamps and automatic \
    switches took over this work one tower after another. Today nearly all lighthouses run \
    without anybody living in them.
    """,
    """
    Summarise this customer's message for a colleague who has to answer it.

    I ordered a desk lamp from you on the second of May and paid for express delivery. The \
    parcel came nine days later. The box was open on one side, and the glass shade had a crack. \
    I wrote to your service address at once and sent three photos, but so far I have only \
    received an automatic reply. I like the lamp and would prefer a new shade to my money back. \
    However, I do not want to pay for the express delivery, because it was not one. Please tell \
    me by the end of the week what you intend to do.
    """,
    """
    Give the main points of this text as three short bullet points.

    Sea otters spend nearly all of their lives in the water. They have no layer of fat, so they \
    keep warm with the thickest fur of any animal, and they clean it for hours every day. They \
    also have to eat a quarter of their weight each day. Among their food are sea urchins, which \
    graze on kelp. Where the otters disappeared, urchins ate whole forests of kelp, and with the \
    kelp many fish were lost. Where otters have come back, the forests have grown again.
    """,
    """
    Summarise the weather report below in one or two sentences.

    A band of rain will reach the west coast early on Friday and move inland during the morning. \
    By noon it will be raining in all western and central districts, heavily at times, with 15 \
    to 25 millimetres by the evening. The east stays dry until night. Temperatures fall from 18 \
    degrees on Thursday to 11 on Friday. The wind turns to the north-west and becomes strong on \
    the coast, with gusts of 80 kilometres per hour. On Saturday the rain ends, and on Sunday it \
    will be sunny but cool.
    """,
    """
    Summarise this article in three sentences.

    The town of Brackwater has opened a new bus line that connects the hospital with the railway \
    station. The yellow buses leave every twelve minutes from six in the morning until ten at \
    night. Until now, patients without a car had to change twice or take a taxi. The line costs \
    the town about 300,000 dollars a year, and a third of that is paid by the hospital. In the \
    first month 21,000 passengers used it, twice as many as had been expected. The drivers \
    complain only about the narrow bend in Cooper Street, where parked cars often block the way.
    """,
    """
    Summarise the rules below in your own words, in at most three sentences.

    Members may borrow up to six items at a time. Books can be kept for four weeks, films and \
    music for one week. An item can be renewed twice, unless another member has asked for it. \
    For each day after the end of the period a fee of 20 cents per item is due. Members who owe \
    more than ten dollars cannot borrow anything until they have paid. Lost or damaged items \
    must be replaced. Children under twelve need the signature of a parent to become members, \
    but they pay no fees.
    """,
    """
    What is this text about? Summarise it in two sentences.

    Twice a day the sea rises and falls on most coasts. The main cause is the moon. Its pull is \
    a little stronger on the side of the earth that faces it and a little weaker on the far \
    side, and so the water forms two bulges. As the earth turns, every coast passes through both \
    of them. The sun does the same, but less than half as strongly. When sun and moon stand in \
    one line, their effects add up and the tides are high; when they stand at a right angle, the \
    tides are low.
    """,
    """
    Summarise this football report in two sentences.

    On a wet pitch the visitors from Ashdown took the lead after only four minutes, when a long \
    throw fell to their captain in front of the goal. Millbrook needed half an hour to find an \
    answer. Then a free kick hit the post, and the rebound was pushed over the line. After the \
    break Millbrook were the better team, but missed three good chances. In the last minute the \
    referee gave a penalty for a handball, and the youngest player on the field, aged seventeen, \
    scored. It was Millbrook's first win at home since September.
    """,
    """
    Summarise these release notes for users who have little time.

    Version 4.2 starts about twice as fast as before, because the list of recent files is now \
    read only when it is opened. Search finds words in comments too. The export to tables, which \
    lost the last row in some cases, has been corrected. Dark colours can be switched on in the \
    settings. The old format from version 2 can still be opened but no longer be saved; please \
    convert your files. There is a known problem with two screens of different size: windows may \
    open too small. It will be solved in the next version.
    """,
    """
    Summarise this story of a day in two sentences.

    We left the cabin before sunrise, because the guide had said that the snow would be firm \
    only until ten. The first two hours were easy, and we talked and laughed. On the glacier we \
    tied ourselves to the rope and became quiet. Once, Tom stepped through a thin layer of snow \
    and stood up to his hips in a crack, but the rope held, and he climbed out by himself. We \
    reached the top at half past nine. There was no view, only fog, and still nobody was \
    disappointed. At noon we were back and slept until the evening.
    """,
    """
    Summarise how composting works in two sentences, from this text.

    A compost heap turns kitchen and garden waste into soil. The work is done by bacteria, \
    fungi, worms and insects. They need air, moisture and the right food: about two parts of \
    brown material such as dry leaves, straw and cardboard to one part of green material such as \
    grass and peelings. Too much green makes the heap wet and smelly, too much brown makes it \
    slow. Turning the heap every few weeks brings air into it. In summer the middle can become \
    hotter than 60 degrees, which kills the seeds of weeds. After six to twelve months the \
    compost is dark and smells of earth.
    """,
    """
    Summarise this job advertisement in two sentences.

    The Riverside Nursery is looking for a gardener for its greenhouses, full time, from the \
    first of February. You will sow and repot young plants, water them, watch for pests and help \
    to load the vans on market days. You should have finished training as a gardener or have \
    worked with plants for at least three years. A driving licence is useful but not necessary. \
    We offer regular hours, five weeks of holiday and plants at half price. Two Saturdays a \
    month are working days. Please send us a letter and your certificates by the tenth of \
    December.
    """,
    """
    Write a summary of this text in one sentence.

    Glass can be melted and formed again as often as one likes without losing quality. For that, \
    it has to be sorted by colour, because a single green bottle tints a whole batch of clear \
    glass. Lids, corks and china must be taken out. The broken glass melts at a lower \
    temperature than the sand, soda and lime from which new glass is made, so each tenth of it \
    that is added saves about three percent of the energy. In some countries nine bottles out of \
    ten are collected; in others it is fewer than four.
    """,
    """
    Summarise the incident in three sentences: what happened, why, and what will be done.

    On Monday at 14:10 the booking page stopped answering. The team on duty was told by an alarm \
    two minutes later. At first they suspected the network, because the other pages were slow as \
    well. At 14:35 they found that the database had no space left on its disk. A job that \
    deletes old records every night had failed since Thursday, and nobody had read its messages. \
    At 14:50 space was freed, and the page worked again. From now on, a failed job will raise an \
    alarm, and a warning will be sent when a disk is four fifths full.
    """,
    """
    Summarise what this text says about the mill in two sentences.

    The mill at Stone Ford was built in 1748 to grind the grain of five villages. Its wheel was \
    turned by the stream, which was led to it through a wooden channel. After a fire in 1821 the \
    upper floors were built anew in brick. For some years around 1890 it made paper instead of \
    flour. When the stream was dammed further up in 1926, the water no longer sufficed, and the \
    mill stood empty for half a century. A club of volunteers has restored it since 1979. Today \
    it grinds again on the first Sunday of each month, for visitors.
    """,
    """
    Summarise this product review in two sentences, with one good and one bad point.

    I have used this backpack nearly every day for a year, on the way to work and on three \
    longer hikes. The straps are wide and do not cut into the shoulders, even with twelve \
    kilograms. The main compartment opens all the way round, so I never have to dig for things \
    at the bottom. It stayed dry in heavy rain. What I do not like are the zips of the side \
    pockets: one of them broke after two months, and the other sticks. The bottle holder is too \
    narrow for my bottle. Still, I would buy it again.
    """,
    """
    Summarise the study described here in two or three sentences.

    For eight weeks, 240 office workers took part in a study about breaks. A third of them \
    worked as usual. Another third was asked to stand up for two minutes every half hour, and \
    the last third took one walk of twenty minutes at noon. All of them wrote down each evening \
    how tired they felt. Both groups with breaks were less tired than the first, and the \
    difference was largest in the last hours of the day. Between the short breaks and the walk \
    there was no clear difference. The authors note that the participants knew what was being \
    tested.
    """,
    """
    Shorten this letter to its two most important sentences.

    Dear parents, as you know, the school's gymnasium is more than fifty years old. In the \
    summer an engineer examined the roof and found that several beams have cracks. There is no \
    danger at the moment, but with snow on it the roof would be too heavy. The gymnasium will \
    therefore be closed from the first of November until the end of March. Sports lessons will \
    take place in the hall of the rowing club, which is ten minutes away on foot. Please give \
    your children shoes and jackets in which they can walk there in any weather.
    """,
    """
    Summarise what honeybees do in winter, in two sentences, from this text.

    Honeybees do not sleep through the winter. When it gets cold, the colony forms a ball around \
    its queen. The bees on the outside sit close together and insulate; those inside tremble \
    with their flight muscles and so produce heat. From time to time they change places. In the \
    middle of the ball it is never colder than about 20 degrees. For this the bees burn honey, \
    up to 15 kilograms from October to April. On mild days they fly out for a moment to empty \
    their bowels. A colony without enough honey starves, often only in March.
    """,
    """
    Summarise the exhibition in two sentences for a calendar of events.

    From the ninth of June the Museum of Everyday Things shows two hundred keys from four \
    centuries. The oldest belonged to a chest of the year 1610 and weighs almost half a \
    kilogram. There are keys to prisons, clocks, pianos and sardine tins, and one that nobody \
    has yet found a lock for. Visitors can try to open six locks themselves and see through a \
    glass wall how a locksmith files a new key. The exhibition was put together by pupils of two \
    local schools, who also recorded the audio guide. Admission is free on Wednesdays.
    """,
    """
    Explain in two sentences what a tenant has to know from these terms.

    The rent is due on the third working day of each month. It includes water and the cleaning \
    of the stairs, but not electricity and heating. The deposit amounts to two monthly rents and \
    is paid back within eight weeks after the end of the contract, less the cost of damage. \
    Small repairs of up to 80 dollars are paid by the tenant. Pets other than small animals in \
    cages need the landlord's consent. Either side may end the contract with three months' \
    notice, but not in the first year. Bicycles belong in the cellar and not in the hallway.
    """,
    """
    Summarise the description of this trail in two sentences.

    The trail around Lake Orren is 18 kilometres long and marked with blue dots. It starts at \
    the car park by the sawmill and follows the north shore through pine forest, flat and in the \
    shade. After seven kilometres it reaches a sandy bay where swimming is allowed. The south \
    shore is rockier: there are two short climbs with iron steps, which can be slippery after \
    rain. There is no bridge over the stream at the western end, only stepping stones, and in \
    April they are often under water. Most people need five hours. Drinking water is available \
    only at the start.
    """,
  ]
}
