"""Sentences in which an assistant says its own wake words, made from templates and a seed."""

from itertools import product

import numpy as np

WAKES = ("hey jarvis", "Alexa", "hey Mycroft")

_TASKS = (
    "set a timer for ten minutes",
    "turn on the kitchen light",
    "ask what the weather is like",
    "add milk to the shopping list",
    "play some quiet music",
    "stop the alarm",
    "find out what time it is",
    "hear the news",
)

_TEMPLATES = (
    "You can say {wake} whenever you want to {task}.",
    "Just say {wake}, and then {task}.",
    "To {task}, say {wake} first.",
    "I only listen after you have said {wake}, so that you can {task}.",
    "If you want to {task}, start with {wake} and go on without a pause.",
    "Some people say {wake} and some press the button to {task}.",
    "My friend always shouts {wake} before he tries to {task}.",
    "{wake}, they said, would help you {task}.",
    "The wake word is {wake}; after it you may {task}.",
    "She asked {wake} to {task}, but nothing happened.",
    "I did not hear {wake}. Did you want to {task}?",
    "Say {wake} again if you would like to {task}.",
)


def sentences(count: int, seed: int = 1) -> list[str]:
    """`count` different sentences (288 at most), each of which contains a wake phrase; the three
    phrases are equally frequent."""
    every = [
        template.format(wake=wake, task=task)
        for template, task in product(_TEMPLATES, _TASKS)
        for wake in WAKES
    ]
    order = np.random.default_rng(seed).permutation(len(every) // len(WAKES))
    chosen = [every[len(WAKES) * group + wake] for group in order for wake in range(len(WAKES))]
    return [sentence[0].upper() + sentence[1:] for sentence in chosen[:count]]


REPLIES = (
    "The kitchen light is on now, and I have turned the heating down to nineteen degrees.",
    "It will be cloudy this afternoon, with a little rain towards the evening and a light wind.",
    "Your timer for ten minutes is running; I will tell you when the pasta is ready.",
    "There are about three teaspoons in a tablespoon, and sixteen tablespoons in one cup.",
    "The next train to the city leaves at a quarter past seven from platform number four.",
    "You have two appointments tomorrow, the first at nine and the second in the late afternoon.",
    "Once upon a time there was an old baker who made the finest bread in the whole valley.",
    "Every morning he rose before the sun, lit the oven, and sang until the dough had risen.",
    "A whale breathes air, as you do, and can stay under the water for more than an hour.",
    "The highest mountain of that country is four thousand eight hundred metres high.",
    "I have added eggs, butter, flour and two lemons to your shopping list for Saturday.",
    "Let the rice simmer for twelve minutes with the lid on, then take it off the stove.",
)
"""Ordinary replies, about five seconds each, without a wake word."""
