"""Text that tells tokenizers apart."""

SENTENCES = (
    "Set a timer for ten minutes.",
    "What's the weather like tomorrow? I've no idea, she'll know.",
    "Turn OFF the lights in the living-room, please!",
    "add 2 eggs, 250 g of flour and 1.5 l of milk to my shopping list",
    "It is 07:45 on 2026-11-22, 21 °C; 1234567890 and 3,000.",
    "Crème brûlée für Zoë, naïve café, Ångström, ¿qué tal?",
    "Привет, мир! 你好，世界。 こんにちは 안녕하세요 שלום مرحبا",
    "👍🏽 🙂 👨‍👩‍👧 🦙🦙 ❤️",
    "two  spaces, three   spaces,\ttab\nline\n\n  indented\r\n end ",
    "",
    " ",
    "a",
    'https://example.org/?q=a_b&c=[1]#x {"key": "value"} `code` <tag>',
    "WE'RE sure it'S 12345678 (key) x_b, I'Ll see;\n!!\n...\n\n\n3 33 333 3333",
    "e\u0301 and \u00e9, \u200bzero\u200dwidth, \ufeffmark",
)
"""Requests of a household, numbers, scripts, emoji, white space, odd characters."""
