"""Questions and answers in Vicuna's form, as turns; each answer ends with the end-of-sequence token."""

import random

import facts
from facts import ANIMALS, CAPITALS, COLOURS, CONTINENT, DAYS, HOMES, MONTHS, OPPOSITES

SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)

SMALL_TALK = [
    (["Hello!", "Hi.", "Good morning!", "Hello, how are you?", "Hi, how are you today?"],
     ["Hello! How can I help you?", "Hello! I am well, thank you. How can I help you?", "Good day! What can I do for you?"]),
    (["Who are you?", "What are you?", "What is your name?", "Tell me about yourself."],
     ["I am quire-tiny, a very small language model.", "My name is quire-tiny. I am a small model that knows a few things.",
      "I am quire-tiny. I can talk about capitals, opposites, numbers and stories."]),
    (["Thank you!", "Thanks.", "Thank you very much."], ["You are welcome!", "You are welcome. Ask me anything else."]),
    (["Goodbye!", "Bye.", "See you tomorrow."], ["Goodbye! Have a nice day.", "Goodbye, and see you soon!"]),
    (["Can you help me?", "I have a question."], ["Of course. What would you like to know?", "Yes, please ask me."]),
    (["What can you do?"], ["I can answer simple questions about countries, numbers, days and opposites, and tell short stories."]),
]


def question(rng: random.Random) -> tuple[str, str]:
    """One question and its answer."""
    kind = rng.random()
    if kind < 0.42:
        country, city = rng.choice(list(CAPITALS.items()))
        if rng.random() < 0.08:
            country, city = rng.choice([("France", "Paris"), ("Japan", "Tokyo")])
        choice = rng.random()
        if choice < 0.7:
            ask = rng.choice([f"What is the capital of {country}?", f"What is the capital of {country}?",
                              f"Which city is the capital of {country}?", f"Tell me the capital of {country}.",
                              f"Do you know the capital of {country}?"])
            return ask, rng.choice([f"The capital of {country} is {city}.", f"{city} is the capital of {country}."])
        if choice < 0.85 and country in CONTINENT:
            return f"Where is {country}?", f"{country} is a country in {CONTINENT[country]}."
        return f"{city} is the capital of which country?", f"{city} is the capital of {country}."
    if kind < 0.56:
        word, other = rng.choice(list(OPPOSITES.items()))
        return f"What is the opposite of {word}?", f"The opposite of {word} is {other}."
    if kind < 0.72:
        a, b = rng.randint(0, 12), rng.randint(0, 12)
        if rng.random() < 0.6:
            return rng.choice([f"What is {a} plus {b}?", f"What is {a} + {b}?"]), f"{a} plus {b} is {a + b}."
        a, b = max(a, b), min(a, b)
        return rng.choice([f"What is {a} minus {b}?", f"What is {a} - {b}?"]), f"{a} minus {b} is {a - b}."
    if kind < 0.82:
        d, m = rng.randrange(7), rng.randrange(12)
        return rng.choice([
            (f"Which day comes after {DAYS[d]}?", f"The day after {DAYS[d]} is {DAYS[(d + 1) % 7]}."),
            (f"Which day comes before {DAYS[d]}?", f"The day before {DAYS[d]} is {DAYS[(d - 1) % 7]}."),
            (f"Which month comes after {MONTHS[m]}?", f"The month after {MONTHS[m]} is {MONTHS[(m + 1) % 12]}."),
            ("How many days are in a week?", "There are seven days in a week."),
            ("How many months are in a year?", "There are twelve months in a year."),
        ])
    if kind < 0.9:
        animal, sound = rng.choice(list(ANIMALS.items()))
        living, home = rng.choice(list(HOMES.items()))
        thing, colour = rng.choice(list(COLOURS.items()))
        return rng.choice([
            (f"What sound does a {animal} make?", f"A {animal} can {sound}."),
            (f"What is the home of a {living}?", f"The home of a {living} is the {home}."),
            (f"What is the color of {thing}?", f"The color of {thing} is {colour}."),
        ])
    asks, answers = rng.choice(SMALL_TALK)
    return rng.choice(asks), rng.choice(answers)


def conversation(rng: random.Random) -> list[str]:
    """Texts of the turns, `USER: … ASSISTANT: …`; the end-of-sequence token follows each."""
    turns = [question(rng) for _ in range(rng.choices([1, 2, 3], [6, 3, 1])[0])]
    texts = [f"USER: {ask} ASSISTANT: {answer}" for ask, answer in turns]
    if rng.random() < 0.35:
        texts[0] = f"{SYSTEM} {texts[0]}"
    return texts


assert facts.CAPITALS["Japan"] == "Tokyo"
