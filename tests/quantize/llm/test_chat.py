"""The model's own chat template is compared with ours, and can do no harm."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.errors import ModelError
from tests.quantize.llm.toy import CHATML
from tools.quantize.convert.llm.chat import CONVERSATION, compare, rendered
from tools.quantize.convert.llm.vocabulary import Token, Type, Vocabulary

MARKS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def vocabulary(*marks: str) -> Vocabulary:
    return Vocabulary("gpt2", "smollm", [Token(mark, Type.CONTROL) for mark in marks])


def special(template: Any, bos: bool = False) -> Any:
    return SimpleNamespace(
        chat_template=template,
        special_token_ids={"bos": 0, "eos": 2},
        add_special_token={"bos": bos},
    )


def test_a_template_that_says_the_same() -> None:
    chat = compare(vocabulary(*MARKS), special(CHATML))
    assert (chat.template, chat.same, chat.remark) == ("chatml", True, "")


def test_several_templates_of_which_one_is_the_default() -> None:
    several = [{"name": "tool_use", "template": "no"}, {"name": "default", "template": CHATML}]
    assert compare(vocabulary(*MARKS), special(several)).same


def test_the_begin_of_text_belongs_to_the_engine() -> None:
    with_begin = "{{ bos_token }}" + CHATML
    assert compare(vocabulary(*MARKS), special(with_begin, bos=True)).same
    lacking = compare(vocabulary(*MARKS), special(with_begin, bos=False))
    assert not lacking.same
    assert "where the model's own has '<|endoftext|><|im_start|>" in lacking.remark
    doubled = compare(vocabulary(*MARKS), special(CHATML, bos=True))
    assert not doubled.same


def test_a_difference_is_shown() -> None:
    other = CHATML.replace("'\n' + message", "'\n' + 'Hm. ' + message")
    chat = compare(vocabulary(*MARKS), special(other))
    assert not chat.same
    assert "<|im_start|>system\\nYou are a kitchen" in chat.remark
    assert "<|im_start|>system\\nHm. You are" in chat.remark


def test_a_model_without_a_template() -> None:
    chat = compare(vocabulary(*MARKS), special(None))
    assert (chat.template, chat.same) == ("chatml", None)
    assert "no chat template of its own" in chat.remark


def test_a_model_without_chat_markers() -> None:
    chat = compare(vocabulary("<s>", "</s>", "<unk>"), special(CHATML))
    assert (chat.template, chat.same) == (None, None)
    assert "will not take this model" in chat.remark


def test_what_templates_of_models_use() -> None:
    template = (
        "{%- for m in messages -%}\n    {%- if m.role == 'system' -%}{%- continue -%}{%- endif -%}"
        "\n{{ m | tojson }}\n{%- endfor -%}{{ strftime_now('%Y')[:2] }}"
        "{{ tools is none }}{{ enable_thinking }}{{ bos_token }}"
    )
    text = rendered(template, {"bos_token": "<s>"})
    assert CONVERSATION[0].text not in text
    assert text.startswith('{"role": "user", "content": "How long')
    assert text.endswith("20TrueFalse<s>")


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{{ raise_exception('no system role') }}", "cannot be run .*no system role"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "cannot be run .*SecurityError"),
        ("{{ messages.append(1) }}", "cannot be run .*SecurityError"),
        ("{% include '/etc/passwd' %}", "cannot be run"),
        ("{% if %}", "cannot be run .*TemplateSyntaxError"),
        ("{{ 'a' * 4000000000 }}", "cannot be run .*MemoryError|too much"),
        ("{{ 'a' * 4000000 }}", "more than a megabyte"),
        ("{{ messages[99].role }}", "cannot be run .*UndefinedError"),
    ],
)
def test_a_template_that_cannot_be_run(template: str, what: str) -> None:
    with pytest.raises(ModelError, match=what):
        rendered(template, {})
    remark = compare(vocabulary(*MARKS), special(template)).remark
    assert remark.endswith("; 'chatml' is used.")


def test_a_template_without_an_end() -> None:
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    began = time.process_time()
    with pytest.raises(ModelError, match=r"too much time or memory|not come to an end"):
        rendered(loop, {})
    assert time.process_time() - began < 1  # of ours: the child is stopped by the kernel
