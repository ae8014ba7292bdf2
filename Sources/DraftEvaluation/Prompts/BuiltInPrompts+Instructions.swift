extension BuiltInPrompts {
  /// Instructions that a chat model can follow in a few sentences.
  static let instructions: [String] = [
    """
    Explain in two or three sentences why the sky looks blue during the day.
    """,
    """
    Give three tips for someone who wants to learn to cook at home.
    """,
    """
    What is the difference between a lake and a river?
    """,
    """
    Describe how to make a cup of tea, step by step.
    """,
    """
    Write a short message that thanks a neighbour for watering your plants.
    """,
    """
    Why do many birds fly south for the winter? Answer in a few sentences.
    """,
    """
    Name three things that a person should take along on a day's hike, and say why.
    """,
    """
    Explain to a child what a map is for.
    """,
    """
    How does a bicycle stay upright while it is moving? Keep the answer short.
    """,
    """
    Write a polite note that asks a library to renew two borrowed books.
    """,
    """
    What happens to water when it is heated until it boils?
    """,
    """
    Suggest a simple plan for tidying a messy desk in half an hour.
    """,
    """
    Compare travelling by train with travelling by car in three sentences.
    """,
    """
    Explain what a recipe is and why the order of its steps matters.
    """,
    """
    Why is it useful to write things down before going to the shop?
    """,
    """
    Describe what a gardener does in spring.
    """,
    """
    Explain how a seed becomes a plant, from the soil to the first leaves.
    """,
    """
    Give advice to someone who will speak in front of a group for the first time.
    """,
    """
    Describe the steps of mending a flat bicycle tyre.
    """,
    """
    What are the advantages and disadvantages of living in a small town?
    """,
    """
    Write three sentences that describe an old wooden bridge in the rain.
    """,
    """
    List five things to check before leaving home for a week, each with a reason.
    """,
    """
    Explain the difference between a fruit and a vegetable, with two examples of each.
    """,
    """
    Write a short invitation to a picnic by the river on Saturday afternoon.
    """,
  ]
}
