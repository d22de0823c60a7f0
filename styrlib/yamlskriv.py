"""Changes into a YAML file, with every other byte kept.

The file is composed into nodes that know where they stand, and only the pieces of text
whose content differs are replaced. Comments, order, quotes and folded lines elsewhere are
therefore what the author wrote. The result is read again before it is returned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from styrlib import yamltext
from styrlib.errors import ProblemsError, StyrError

WIDTH = 120  # of a line that is written
REMOVED = object()  # in a list: the item that stood here is taken out
# What other readers of YAML take for something else than text, and an author therefore quotes.
NO_TEXT = re.compile(r"[-+.]?[0-9][0-9._,:eE+-]*|0[xo].*|y|n|yes|no|on|off|true|false|null|~", re.IGNORECASE)


class Ord(str):
    """A value that is written as it is: a number, a date, a choice, an id."""

    __slots__ = ()


def changed(text: str, content: Any, name: str) -> str:
    """Return a YAML text that holds `content`, and differs from `text` only where the content does.

    Parameters
    ----------
    text
        The file as it is, any kind of line ends.
    content
        Nested dicts, lists, str and None, as `yamltext.read` gives them. A list keeps its items'
        places: an item that is to go is `REMOVED`, and new items come last. A new key stands after
        the key that it follows in the dict. `Ord` is written bare, other str quoted where needed.
    name
        How problems name the file.

    Raises
    ------
    ProblemsError
        When `text` can't be read.
    StyrError
        When the change can't be made safely; nothing is guessed.
    """
    node = YAML(typ="safe", pure=True).compose(text)
    writer = _Writer(text)
    writer.compare(node, content)
    result = writer.result()
    try:
        held, _ = yamltext.parse(result, name)
    except ProblemsError:
        held = REMOVED
    if held != _kept(content):
        raise StyrError(f"Ändringen i {name} kan inte skrivas säkert. Gör den för hand i filen. Inget är ändrat.")
    return result


def changed_bytes(data: bytes, content: Any, name: str) -> bytes:
    """Return a file's bytes changed as `changed` does; a byte order mark is kept."""
    text = data.decode("utf-8-sig")
    mark = data[: len(data) - len(text.encode())]
    return mark + changed(text, content, name).encode()


def _kept(content: Any) -> Any:
    """Return content without what is removed."""
    if isinstance(content, Mapping):
        return {key: _kept(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_kept(item) for item in content if item is not REMOVED]
    return content


def _content(node: Node) -> Any:
    if isinstance(node, ScalarNode):
        return None if node.style is None and node.value in ("", "~", "null") else node.value
    if isinstance(node, SequenceNode):
        return [_content(item) for item in node.value]
    return {key.value: _content(value) for key, value in node.value}


class _Writer:
    """The pieces of a text that are to be replaced, found by comparing its nodes with new content."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.edits: list[tuple[int, int, str]] = []

    def result(self) -> str:
        if not self.edits:
            return self.text
        text = self.text if self.text.endswith("\n") else self.text + self.newline
        pieces, at = [], 0
        for start, end, new in sorted(self.edits, key=lambda edit: edit[0]):
            pieces += [text[at:start], new.replace("\n", self.newline)]
            at = max(at, end)
        return "".join([*pieces, text[at:]])

    def compare(self, node: Node, new: Any) -> None:
        """Note what must be replaced for a node to hold new content."""
        if _content(node) == new:
            return
        if isinstance(node, MappingNode) and isinstance(new, Mapping) and not node.flow_style:
            self._mapping(node, new)
        elif isinstance(node, SequenceNode) and isinstance(new, list) and not node.flow_style:
            self._sequence(node, new)
        elif isinstance(node, ScalarNode) and isinstance(new, str):
            self.edits.append((node.start_mark.index, self._end(node), self._replaced(node, new)))
        else:
            self.edits.append((node.start_mark.index, self._end(node), self._flow(node, new)))

    def _mapping(self, node: MappingNode, new: Mapping[str, Any]) -> None:
        entries = {key.value: (key, value) for key, value in node.value}
        names, indent = list(entries), node.start_mark.column
        for i, name in enumerate(names):
            if name not in new:
                key, value = entries[name]
                own_line = not self.text[self._line_start(key.start_mark.index) : key.start_mark.index].strip()
                if own_line or i + 1 == len(names):
                    self._cut(self._line_start(key.start_mark.index), self._line_end(self._entry_end(key, value)))
                else:  # the first key of an item shares its line with the dash, which the next key takes over
                    self._cut(key.start_mark.index, entries[names[i + 1]][0].start_mark.index)
        before = names[0]
        for name, value in new.items():
            if name not in entries:
                at = self._line_end(self._entry_end(*entries[before]))
                self.edits.append((at, at, _entry(name, value, indent)))
                continue
            before = name
            key, node_below = entries[name]
            if self._whole(node_below, value):
                colon = self.text.index(":", key.end_mark.index) + 1
                written = _entry(name, value, indent)[indent + len(name) + 1 : -1]
                self.edits.append((colon, self._entry_end(key, node_below), written))
            else:
                self.compare(node_below, value)

    def _flow(self, node: Node, new: Any) -> str:
        """Return new content in flow style, in which what has not changed is what the author wrote."""
        if _content(node) == new:
            return self.text[node.start_mark.index : self._end(node)]
        if isinstance(node, MappingNode) and isinstance(new, Mapping):
            old = {key.value: value for key, value in node.value}
            items = {key: self._flow(old[key], value) if key in old else flow(value) for key, value in new.items()}
            return "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"
        if isinstance(node, SequenceNode) and isinstance(new, list):
            kept = [
                self._flow(item, value) for item, value in zip(node.value, new, strict=False) if value is not REMOVED
            ]
            return "[" + ", ".join([*kept, *map(flow, new[len(node.value) :])]) + "]"
        return flow(_kept(new))

    @staticmethod
    def _whole(node: Node, new: Any) -> bool:
        """Return whether a value is written anew from its colon: nothing there, or all items gone or come."""
        if _content(node) == new:
            return False
        if isinstance(new, list) and all(item is REMOVED for item in new):
            return True
        empty = isinstance(node, ScalarNode) and _content(node) is None
        return empty or (isinstance(new, list) and not node.value and any(isinstance(i, Mapping) for i in new))

    def _sequence(self, node: SequenceNode, new: list[Any]) -> None:
        items, indent = node.value, node.start_mark.column
        new = [*new, *[REMOVED] * (len(items) - len(new))]
        for i, item in enumerate(items):
            if new[i] is REMOVED:
                end = self._line_end(self._end(item))
                while i + 1 < len(items) and self.text[end : self._line_end(end)].strip() == "":
                    end = self._line_end(end)
                self._cut(self._line_start(item.start_mark.index), end)
            else:
                self.compare(item, new[i])
        at = self._line_end(self._end(items[-1]))
        spaced = len(items) > 1 and self._spaced(items[-2], items[-1])
        for item in new[len(items) :]:
            self.edits.append((at, at, ("\n" if spaced else "") + _item(item, indent)))

    def _spaced(self, one: Node, other: Node) -> bool:
        """Return whether there is an empty line between two items."""
        between = self.text[self._line_end(self._end(one)) : self._line_start(other.start_mark.index)]
        return any(not line.strip() for line in between.splitlines())

    def _replaced(self, node: ScalarNode, new: str) -> str:
        start, end = node.start_mark.index, self._end(node)
        line = self._line_start(start)
        indent = len(self.text[line:]) - len(self.text[line:].lstrip(" -"))
        old = self.text[start:end].splitlines()
        if node.style == ">" and "\n" not in new and "\n" not in node.value.strip():
            body = [row.strip() for row in old[1:]]
            indent = len(old[1]) - len(old[1].lstrip())
            if len(new) > WIDTH // 2:
                return ">-\n" + "\n".join(" " * indent + row for row in _folded(new, WIDTH - indent, body))
        written = scalar(new, indent, start - line, quoted=node.style in ("'", '"'))
        comment = self.text[end : self._line_end(end)].strip()
        return _quoted(new) if "\n" in written and comment else written

    def _end(self, node: Node) -> int:
        """Return where a node's own text ends; a mark may stand after the comments that follow."""
        if isinstance(node, ScalarNode):
            start = node.start_mark.index
            return start + len(self.text[start : node.end_mark.index].rstrip())
        if node.flow_style or not node.value:
            return node.end_mark.index
        last = node.value[-1]
        return self._entry_end(*last) if isinstance(last, tuple) else self._end(last)

    def _entry_end(self, key: Node, value: Node) -> int:
        if isinstance(value, ScalarNode) and value.start_mark.index == value.end_mark.index:
            return self.text.index(":", key.end_mark.index) + 1
        return self._end(value)

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        """Return where the next line starts; a last line without its end is given one by `result`."""
        found = self.text.find("\n", index)
        return found + 1 if found >= 0 else len(self.text) + len(self.newline)

    def _cut(self, start: int, end: int) -> None:
        self.edits.append((start, end, ""))


def scalar(text: str, indent: int, column: int, *, quoted: bool = False) -> str:
    """Return a value as YAML, without the last line end.

    Parameters
    ----------
    text
        The value.
    indent
        Column of the key or dash that it belongs to.
    column
        Where on its line it begins.
    quoted
        Whether to quote also what needs no quotes.
    """
    pad = " " * (indent + 2)
    if "\n" in text:
        return "|-\n" + "\n".join(f"{pad}{row}" if row else "" for row in text.split("\n"))
    if column + len(text) <= WIDTH:
        return _quoted(text) if quoted or not _plain(text) else text
    return ">-\n" + "\n".join(pad + row for row in _folded(text, WIDTH - len(pad)))


def flow(content: Any) -> str:
    """Return content on one line, as YAML's flow style has it."""
    if isinstance(content, Mapping):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in content.items()) + "}"
    if isinstance(content, list):
        return "[" + ", ".join(flow(item) for item in content) + "]"
    if content is None:
        return "null"
    return content if _plain(content, "[{}]") else _quoted(content)


def _entry(key: str, value: Any, indent: int) -> str:
    pad = " " * indent
    if isinstance(value, Mapping):
        return f"{pad}{key}:\n" + "".join(_entry(k, v, indent + 2) for k, v in value.items())
    if isinstance(value, list):
        kept = _kept(value)
        if all(isinstance(item, Ord) for item in kept):
            return f"{pad}{key}: {flow(kept)}\n"
        return f"{pad}{key}:\n" + "".join(_item(item, indent + 2) for item in kept)
    return f"{pad}{key}:\n" if value is None else f"{pad}{key}: {scalar(value, indent, indent + len(key) + 2)}\n"


def _item(value: Any, indent: int) -> str:
    pad = " " * indent
    if isinstance(value, Mapping):
        return f"{pad}- " + "".join(_entry(k, v, indent + 2) for k, v in value.items()).lstrip(" ")
    return f"{pad}- {scalar(value, indent, indent + 2)}\n"


def _plain(text: str, around: str = "{}") -> bool:
    """Return whether a text means itself without quotes; the reader itself is asked."""
    if not isinstance(text, Ord) and NO_TEXT.fullmatch(text):
        return False
    wanted: Any = [text] if around.startswith("[") else text
    try:
        content, _ = yamltext.parse(f"a: {around.format(text)}\n", "")
    except ProblemsError:
        return False
    return content == {"a": wanted}


def _quoted(text: str) -> str:
    if re.search(r'["\\]', text) and not re.search(r"[\n\t']", text):
        return f"'{text}'"  # easier to read than backslashes
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _folded(text: str, width: int, before: Sequence[str] = ()) -> list[str]:
    """Return a text as the lines of a folded scalar, keeping the earlier lines that it begins and ends with."""
    head: list[str] = []
    tail: list[str] = []
    rows = list(before)
    while rows and rows[0] and text.startswith(rows[0] + " "):
        head.append(rows.pop(0))
        text = text[len(head[-1]) + 1 :]
    while rows and rows[-1] and text.endswith(" " + rows[-1]):
        tail.insert(0, rows.pop())
        text = text[: -len(tail[0]) - 1]
    lines: list[str] = []
    for word in re.split(r"(?<=\S) (?=\S)", text):  # two spaces are kept: a line break would make them one
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [*head, *lines, *tail]
