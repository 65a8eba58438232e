"""Nothing but plain text leaves the filter, wherever the stream is cut."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.plain import Plain, plain

GOLDEN = {
    # thoughts and tags
    "thought": ("<think>\nHm.\n</think>\n\nHello", "Hello"),
    "thought in capitals": ("<THINK>a</Think>b", "b"),
    "thought with attributes": ("<think mood='x'>a</think>b", "b"),
    "another name": ("<thinking>a</thinking>b", "b"),
    "thought in the middle": ("a <think>b</think> c", "a c"),
    "unclosed thought": ("Yes. <think>no", "Yes."),
    "unclosed tag at the end": ("Yes. <thin", "Yes."),
    "end of a thought only": ("a</think>b", "ab"),
    "tag hidden by a joiner": ("<th\u200dink>a</think>b", "b"),
    "tag hidden by an asterisk": ("<th*ink>a", "a"),
    "less than in a thought": ("<think>a < b</think>c", "c"),
    "chat token": ("Hello<|im_end|>", "Hello"),
    "HTML": ("<b>bold</b> and<br>new", "bold and\nnew"),
    "link in angle brackets": ("<https://example.com>", "https://example.com"),
    "less than": ("5 < 6, 7 <8, 9 > 3", "5 < 6, 7 <8, 9 > 3"),
    # Markdown
    "bold and italic": ("**a** *b* ***c*** __d__ _e_", "a b c d e"),
    "heading": ("## Title\ntext", "Title\ntext"),
    "bullets": ("- a\n* b\n+ c\n  • d", "a\nb\nc\nd"),
    "numbered": ("1. a\n2. b", "1. a\n2. b"),
    "quote": ("> a\n> b", "a\nb"),
    "rules": ("a\n---\n***\n===\nb", "a\nb"),
    "fence": ("```python\nx\n```\ny", "x\ny"),
    "fence in one line": ("```2 + 2```", "2 + 2"),
    "code": ("run `ls` now", "run ls now"),
    "link": ("see [here](http://x.y/z_(1)) ok", "see here) ok"),
    "reference": ("see [here][1]", "see here1"),
    "image": ("![a cake](x.png)!", "a cake!"),
    "table": ("| a | b |\n|:--|--:|\n| 1 | 2 |", "a, b\n1, 2"),
    "strike": ("~~no~~ yes", "no yes"),
    "escape": (r"2 \* 3 \_x\_", "2 × 3 x"),
    "snake case": ("a_b __init__", "a b init"),
    # marks that belong to numbers
    "multiplication": ("3 * 4 and 3*4", "3 × 4 and 3×4"),
    "power": ("2**3", "2^3"),
    "bold number": ("**5** eggs", "5 eggs"),
    "negative": ("-5 degrees\n- 5 eggs", "-5 degrees\n5 eggs"),
    "number sign": ("#1 and #tag", "#1 and tag"),
    "about": ("~5 minutes", "~5 minutes"),
    "sharp": ("C# minor", "C# minor"),
    # stage directions
    "direction": ("*smiles* Hello.", "Hello."),
    "directions within": ("Sure! *clears throat* Yes *Sighs* ok.", "Sure! Yes ok."),
    "emphasis within": ("It is *really* good.", "It is really good."),
    "emphasis at the start": ("*Always* stir.", "Always stir."),
    "unclosed direction": ("*Always stir.", "Always stir."),
    # characters
    "emoji": ("Yum 😀🎉 ok", "Yum ok"),
    "family": ("a 👩\u200d👩\u200d👧 b", "a b"),
    "skin tone, flag, keycap, heart": ("👍🏽 🇫🇷 1️⃣ ❤️ x", "1 x"),
    "arrow": ("a → b", "a, b"),
    "degrees stay": ("350 °F ½", "350 °F ½"),
    "controls": ("a\x00b\x1b[0m\ufeff\u202ec\ud800", "ab0mc"),
    "blanks": ("a \t\u00a0 b\r\n\n\n c ", "a b\nc"),
    "Persian joiner": ("می\u200cخواهم", "می\u200cخواهم"),
}


@pytest.mark.parametrize(("raw", "wanted"), GOLDEN.values(), ids=GOLDEN)
def test_filter(raw: str, wanted: str) -> None:
    assert plain(raw).strip("\n") == wanted


@pytest.mark.parametrize("raw", [raw for raw, _ in GOLDEN.values()], ids=list(GOLDEN))
def test_chunk_boundaries_do_not_matter(raw: str) -> None:
    whole = plain(raw)
    for size in (1, 2, 3, 5):
        stage = Plain()
        chunks = [raw[at : at + size] for at in range(0, len(raw), size)]
        assert "".join(map(stage.push, chunks)) + stage.finish() == whole


NASTY = st.lists(
    st.one_of(
        st.sampled_from(
            "<think> </think> <thin k> < > ** * _ ` ``` ~~ ~ # - + | [ ] ( ) ! \\ <b> </ <| |> 😀 "
            "❤️ 1️⃣ \u200d \ufe0f 1. 5 smiles a B . , http://x.y → ☕ 🏳️‍🌈".split(" ")
        ),
        st.sampled_from([" ", "\n"]),
        st.text(max_size=5),
    ),
    max_size=40,
).map("".join)

PICTURES = re.compile("[\U0001f000-\U0001faff\u2190-\u21ff\u2600-\u27bf\ufe0f\u20e3\u2b00-\u2bff]")


@settings(deadline=None)
@given(NASTY)
@example("<<think>think>")
@example("a<\n>think>")
def test_no_markup_ever_leaves(raw: str) -> None:
    out = plain(raw)
    assert not set(out) & set("*`|[]_\\"), out
    assert not re.search(r"</?\s*think", out, re.IGNORECASE), out
    assert not PICTURES.search(out), out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", out), out
    assert not re.search(r"^(?:#+ |[-+•>] |```)", out, re.MULTILINE), out
    assert "  " not in out


@settings(deadline=None)
@given(NASTY, st.lists(st.integers(1, 7), min_size=1))
def test_chunk_boundaries_never_matter(raw: str, sizes: list[int]) -> None:
    stage, out, at = Plain(), "", 0
    while at < len(raw):
        size = sizes[at % len(sizes)]
        out += stage.push(raw[at : at + size])
        at += size
    assert out + stage.finish() == plain(raw)


@settings(deadline=None)
@given(st.lists(st.from_regex(r"[A-Za-z]{1,8}[.,!?]?", fullmatch=True), min_size=1).map(" ".join))
def test_plain_prose_passes_unchanged(prose: str) -> None:
    assert plain(prose) == prose


@settings(deadline=None)
@given(st.text(alphabet="ab <>/|", max_size=40), st.text(alphabet="xyz .", max_size=20))
def test_no_word_of_a_thought_leaves(thought: str, rest: str) -> None:
    assert plain(f"<think>{thought}</think>{rest}") == plain(rest)


def test_a_long_answer_is_not_held_back() -> None:
    """Plain words leave at once; only marks wait for what follows them."""
    stage = Plain()
    assert stage.push("Hello there") == "Hello there"
    assert stage.push(", **my") == ", my"
    assert stage.push(" friend**") == " friend"


def test_a_finished_filter_begins_anew() -> None:
    stage = Plain()
    for raw in ("<think>never closed", "*never closed", "[never](closed", "- ", "a <"):
        stage.push(raw)
        stage.finish()
        assert stage.push("- Hello") + stage.finish() == "Hello"
