extension BuiltInPrompts {
  /// Sixteen instructions that a chat model can follow in a few sentences.
  static let instructions = """
    Explain in two or three sentences why the sky looks blue during the day.

    Give three tips for someone who wants to learn to cook at home.

    What is the difference between a lake and a river?

    Describe how to make a cup of tea, step by step.

    Write a short message that thanks a neighbour for watering your plants.

    Why do many birds fly south for the winter? Answer in a few sentences.

    Name three things that a person should take along on a day's hike, and say why.

    Explain to a child what a map is for.

    How does a bicycle stay upright while it is moving? Keep the answer short.

    Write a polite note that asks a library to renew two borrowed books.

    What happens to water when it is heated until it boils?

    Suggest a simple plan for tidying a messy desk in half an hour.

    Compare travelling by train with travelling by car in three sentences.

    Explain what a recipe is and why the order of its steps matters.

    Why is it useful to write things down before going to the shop?

    Describe what a gardener does in spring.
    """
}
