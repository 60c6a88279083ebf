"""Plain values against pydantic models: every misfit becomes a finding with its line.

The ODCS models forbid unknown keys only at the top, so ``unknown_keys`` walks a value beside its
model to any depth. Types are checked in pydantic's strict JSON mode: "yes" is no boolean, 1.0 no
text, and a date is written YYYY-MM-DD.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import AfterValidator, BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from workbench.declared.findings import Finding, Path, suggest
from workbench.declared.yaml import Document
from workbench.errors import Text

Model = TypeVar("Model", bound=BaseModel)
Locate = Callable[[Path], Path]
"""From a path inside the validated value to its path in the document."""


def validate(
    model: type[Model], value: Any, document: Document, locate: Locate = lambda path: path
) -> tuple[Model | None, tuple[Finding, ...]]:
    """The checked model, or None, with one finding for each misfit.

    A value with unknown keys is still checked without them: its other mistakes show in one go.
    """
    strangers = list(unknown_keys(model, value))
    found = [
        document.finding(
            locate(path),
            Text(f"未知的键 {path[-1]}", f"unknown key {path[-1]}"),
            suggest(path[-1], known, most=None),
        )
        for path, known in strangers
    ]
    known_part = json.dumps(_without({path for path, _ in strangers}, value))
    try:
        return model.model_validate_json(known_part, strict=True), tuple(found)
    except ValidationError as error:
        misfits = error.errors(include_url=False)
    forms = _forms(model, {})
    found += [_finding(item, value, document, locate, forms) for item in misfits]
    return None, tuple(dict.fromkeys(found))


def _without(paths: set[Path], value: Any, here: Path = ()) -> Any:
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if (*here, k) not in paths}
        return {k: _without(paths, v, (*here, k)) for k, v in kept.items()}
    if isinstance(value, list):
        return [_without(paths, v, (*here, i)) for i, v in enumerate(value)]
    return value


def unknown_keys(
    model: type[BaseModel], value: Any, path: Path = ()
) -> Iterator[tuple[Path, frozenset[str]]]:
    """``(path, keys that are known there)`` of each unknown key, at every depth."""
    if not isinstance(value, dict):
        return
    fields = {f.alias or name: f.annotation for name, f in model.model_fields.items()}
    for key, item in value.items():
        here = (*path, key)
        if key in fields:
            yield from _inside(fields[key], item, here)
        else:
            yield here, frozenset(fields)


def _inside(annotation: Any, value: Any, path: Path) -> Iterator[tuple[Path, frozenset[str]]]:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType, typing.Annotated):
        for option in arguments:
            yield from _inside(option, value, path)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from unknown_keys(annotation, value, path)
    elif origin in (list, tuple) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside(arguments[0], item, (*path, index))
    elif origin in (dict, Mapping) and isinstance(value, dict) and len(arguments) == 2:
        for key, item in value.items():
            yield from _inside(arguments[1], item, (*path, key))


def worded(test: Callable[[str], object], problem: Text, fix: Text) -> AfterValidator:
    """For text that ``test`` must hold of: authors are told in words, not in a pattern."""

    def tested(text: str) -> str:
        if not test(text):
            told = {"problem": problem, "fix": fix}
            raise PydanticCustomError("worded", "{problem}", told)
        return text

    return AfterValidator(tested)


def _forms(model: type[BaseModel], found: dict[str, str]) -> dict[str, str]:
    """Each model below with how it is written: ``{zh: ..., en: ...}``, the keys that it needs."""
    for field in model.model_fields.values():
        for inner in _models(field.annotation):
            if inner.__name__ not in found:
                found[inner.__name__] = _form(inner)
                _forms(inner, found)
    return found


def _form(model: type[BaseModel]) -> str:
    needed = [(f.alias or name, f) for name, f in model.model_fields.items() if f.is_required()]
    said = [f"{name}: {_form_of_value(f.annotation)}" for name, f in needed]
    return f"{{{', '.join(said)}}}" if said else ""


def _form_of_value(annotation: Any) -> str:
    form = next((_form(inner) for inner in _models(annotation)), "") or "…"
    return f"[{form}]" if typing.get_origin(annotation) in (list, tuple) else form


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    arguments = typing.get_args(annotation)
    return [model for each in arguments for model in _models(each)]


def _finding(
    item: ErrorDetails,
    value: Any,
    document: Document,
    locate: Locate,
    forms: Mapping[str, str],
) -> Finding:
    path = _real(tuple(item["loc"]), value)
    problem, fix = _said(item, forms)
    return document.finding(locate(path), problem, fix)


def _real(loc: Path, value: Any) -> Path:
    """The part of pydantic's location that exists in the value (it adds names of union arms)."""
    out: list[str | int] = []
    for number, step in enumerate(loc):
        if is_there(value, step):
            value = value[step]
        elif number < len(loc) - 1 or not isinstance(value, dict):
            continue  # else a missing key: named, though it is not there
        out.append(step)
    return tuple(out)


def is_there(value: Any, step: str | int) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _said(item: ErrorDetails, forms: Mapping[str, str]) -> tuple[Text, Text]:
    kind, context, got = item["type"], item.get("ctx", {}), item["input"]
    if kind == "missing":
        return _MISSING, Text(f"补上 {item['loc'][-1]}。", f"Add {item['loc'][-1]}.")
    if kind == "string_type":
        return _string(got)
    if kind in ("literal_error", "enum"):
        expected = [e.strip("' ") for e in context["expected"].replace(" or ", ", ").split(",")]
        return Text(f"取值 {got!r} 不认识", f"{got!r} is not a known value"), suggest(
            got, expected, most=None
        )
    if kind == "worded":
        return context["problem"], context["fix"]
    if kind == "model_type" and (form := forms.get(context["class_name"])):
        return _MAPPING[0], Text(f"写成 {form}", f"Write {form}")
    if kind in _BOUNDS:
        zh, en = _BOUNDS[kind]
        bound = next(iter(context.values()))
        fix = Text(f"写{zh} {bound} 的数。", f"Write a number {en} {bound}.")
        return Text("数超出范围", "the number is out of range"), fix
    if kind in _LISTS and isinstance(got, str) and got.strip():
        return _LIST[0], Text(f"写成 [{got}]", f"Write [{got}]")
    if kind in _SAID:
        return _SAID[kind]
    if kind.startswith("date"):
        return _DATE
    return (
        Text(
            f"取值不合要求（校验器的原话：{item['msg']}）",
            f"the value does not fit ({item['msg']})",
        ),
        Text("按原话改写。", "Write it as the message says."),
    )


def _string(got: Any) -> tuple[Text, Text]:
    if got is None:
        return _EMPTY, Text("写上内容。", "Write a value.")
    if isinstance(got, list | dict):
        return _NOT_TEXT, Text("写成一行文字。", "Write one line of text.")
    word = str(got).lower() if isinstance(got, bool) else str(got)
    return _NOT_TEXT, Text(f'加引号："{word}"', f'Quote it: "{word}"')


_MISSING = Text("缺少此项", "this key is missing")
_EMPTY = Text("此项是空的", "this key is empty")
_NOT_TEXT = Text("应为文字", "this must be text")
_DATE = (
    Text("不是日期", "this is not a date"),
    Text("写成 2026-11-30 的形式。", "Write it like 2026-11-30."),
)
_LIST = (
    Text("应为列表", "this must be a list"),
    Text("写成 [a, b] 或每项一行“- a”。", 'Write [a, b], or one "- a" a line.'),
)
_MAPPING = (
    Text("应为“键: 值”", "this must be a mapping"),
    Text("写成“键: 值”。", "Write key: value."),
)
_NUMBER = (
    Text("应为数", "this must be a number"),
    Text("写成不带引号的数。", "Write a number without quotes."),
)
_BOUNDS = {
    "greater_than": ("大于", "above"),
    "greater_than_equal": ("不小于", "of at least"),
    "less_than_equal": ("不大于", "of at most"),
}
_LISTS = frozenset({"list_type", "tuple_type", "frozen_set_type"})
_SAID: Mapping[str, tuple[Text, Text]] = {
    "bool_type": (
        Text("应为真假值", "this must be true or false"),
        Text("写 true 或 false。", "Write true or false."),
    ),
    "int_type": (
        Text("应为整数", "this must be a whole number"),
        Text("写成不带引号的整数。", "Write a whole number without quotes."),
    ),
    "float_type": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    **dict.fromkeys(_LISTS, _LIST),
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "too_short": (_EMPTY, Text("至少写一项。", "Write at least one item.")),
    "string_too_short": (_EMPTY, Text("写上内容。", "Write a value.")),
}
