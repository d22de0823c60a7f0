"""What one page is made from, recorded as it is read: fields of the model, rows of tables, files.

No list of dependencies is kept by hand: a section that begins to show something more is followed without being told
to. A field of the model is recorded by where it stands (`namnder` → `socialnamnden` → `malbilder` → …); of a list of
parts only which parts it has, so that a word changed in one of them concerns only those who have read that word.

Recording costs nothing when it is off: the classes of the model are given their recording `__getattribute__` when it
begins, and lose it when it ends. One page at a time in a process.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import source_from_cache
from inspect import getattr_static
from pathlib import Path
from typing import Any

from styrlib.project import Project
from styrlib.styrmodell import Part

WHOLE = "*"  # stands for every field below
Trad = dict[str, Any]  # field → key of the part that it holds → the same again for that part
# Read when a part is copied, compared, dumped or gone through: whatever it holds may have been used.
GIVES_ALL = {"__dict__", "__pydantic_serializer__", "__pydantic_fields_set__", "__pydantic_extra__"}
KEYS = ("id", "period")  # what a part in a list is known by, where they differ
FROZEN = "<frozen importlib._bootstrap_external>"  # lists every folder that modules are looked for in
DATA = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet")  # what an own page may read from anywhere
OUTSIDE = ("socket.connect", "subprocess.Popen", "os.system")
LISTS = ("os.listdir", "os.scandir")
READS = ("open", "sqlite3.connect", *LISTS)
PROGRAM = (os.path.abspath(os.path.dirname(__file__)), os.path.abspath(sys.prefix))  # noqa: PTH100, PTH120  (once)


@dataclass
class Spar:
    """What a page has read.

    Attributes
    ----------
    modell
        Per root (`modell`, `fore`, `period`) the fields that were read.
    tabeller
        Per processed table the rows that were read: column → keys; no column for all rows.
    filer
        Files and folders below the project's root (with `/` last), as they were when they were first read.
    allt
        Whether the page may have read anything: it never asked `underlag`, or asked twice, or went beside the tables.
    rotter
        The parts that the paths of `modell` begin at; None for a model that there is not.
    ar
        Last year whose figures are shown; None for the latest.
    root
        The project's folder; None until `underlag` has been asked.
    tabellmapp
        Where the processed tables are.
    egen
        Whether the page is of somebody's own notebook: it may have read anything of the project, and what it has read
        beside that is in `filer`.
    utifran
        Whether an own page has asked another program or another computer: nobody knows when it should be made again.
    """

    modell: dict[str, Trad] = field(default_factory=dict)
    tabeller: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    filer: dict[str, str] = field(default_factory=dict)
    allt: bool = True
    rotter: dict[str, Part | None] = field(default_factory=dict)
    ar: int | None = None
    root: Path | None = None
    tabellmapp: Path | None = None
    egen: bool = False
    utifran: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return what was read, and nothing of what it said, as plain data that is the same for the same reading."""
        if self.allt:
            return {"allt": True, **({"filer": sorted(self.filer)} if self.egen else {})}
        return {
            "modell": {root: _pruned(tree) for root, tree in sorted(self.modell.items())},
            "tabeller": {
                name: {column: sorted(keys) for column, keys in sorted(columns.items())}
                for name, columns in sorted(self.tabeller.items())
            },
            "filer": sorted(self.filer),
        }


class _Node:
    """A part of the model that can be read now, the places where it stands, and which names need no more recording."""

    __slots__ = ("known", "part", "trees")

    def __init__(self, part: Part, tree: Trad) -> None:
        self.part, self.trees, self.known = part, [tree], set()


_now: Spar | None = None  # the trace that is kept, also while nothing is recorded
_nodes: dict[int, _Node] = {}  # what is recorded, by id(part): the nodes keep their parts alive
_recording = False
_audited = False


@contextmanager
def follow(egen: Project | None = None) -> Iterator[Spar]:
    """Record what is read in the block, by the page whose `underlag.read` is called in it.

    Parameters
    ----------
    egen
        The project, for a page of somebody's own notebook: every file is recorded, from `begin_own` on.

    Yields
    ------
    Spar
        Filled when the block ends. `allt` when nothing in this process has asked `underlag`: then the page was
        made in a kernel of its own.
    """
    global _now, _audited  # noqa: PLW0603  (an audit hook and a class are the process's, not an object's)
    if _now is not None:
        raise RuntimeError("One page at a time is followed.")
    if not _audited:
        sys.addaudithook(_audit)
        _audited = True
    _now = Spar(root=egen.root, tabellmapp=egen.processed, egen=True) if egen else Spar()
    try:
        yield _now
    finally:
        _stop()
        _now = None


def begin(root: Path, tables: Path, rotter: Mapping[str, Part | None], ar: int | None) -> None:
    """Record from here on, if a page is followed: called by `underlag.read` with what it hands out.

    Parameters
    ----------
    root, tables
        The project's folder, and that of its processed tables.
    rotter
        The parts that reading begins at, by name.
    ar
        Last year whose figures are shown; None for the latest.
    """
    global _recording  # noqa: PLW0603
    if _now is None or _now.egen:
        return
    if _now.root is not None:  # of two models nothing says which one a field belongs to
        _stop()
        _now.allt = True
        return
    _now.root, _now.tabellmapp, _now.rotter, _now.ar, _now.allt = root, tables, dict(rotter), ar, False
    for name, part in rotter.items():
        tree = _now.modell.setdefault(name, {})
        if part is not None:
            _register(part, tree)
    Part.__getattribute__ = _read  # type: ignore[method-assign]
    _recording = True


def begin_own() -> None:
    """Record from here on, if an own page is followed: called when its kernel has started, before its first cell."""
    global _recording  # noqa: PLW0603
    _recording = _recording or (_now is not None and _now.egen)


def _stop() -> None:
    global _recording  # noqa: PLW0603
    if "__getattribute__" in vars(Part):
        del Part.__getattribute__
    _recording = False
    _nodes.clear()


@contextmanager
def unrecorded() -> Iterator[None]:
    """Let what is read in the block go by: what it gives is recorded in another way, or shown nowhere."""
    global _recording, _nodes
    before = _recording, _nodes
    _recording, _nodes = False, {}
    try:
        yield
    finally:
        _recording, _nodes = before


def table(folder: Path, name: str, column: str = "", keys: Iterable[str] = ()) -> None:
    """Record that a processed table is read: the rows where a column has one of some keys, or all rows."""
    if not _recording or _now is None:
        return
    if folder != _now.tabellmapp:
        _now.allt = True
    rows = _now.tabeller.get(name)
    if not column:
        _now.tabeller[name] = {}
    elif rows is None:
        _now.tabeller[name] = {column: set(keys)}
    elif rows:
        rows.setdefault(column, set()).update(keys)


def _read(self: Part, name: str) -> Any:
    """Take the place of `object.__getattribute__` for the model's parts while a page is followed."""
    node = _nodes.get(id(self))
    if node is None or name in node.known:
        return object.__getattribute__(self, name)
    node.known.add(name)
    if name in GIVES_ALL:
        for tree in node.trees:
            tree[WHOLE] = {}
    elif name in type(self).__pydantic_fields__:
        value = object.__getattribute__(self, name)
        _note(node, name, value)
        return value
    elif isinstance(getattr_static(type(self), name, None), (property, cached_property)):
        # What it says is what counts, not all that it looks through to say it.
        nodes = _nodes
        with unrecorded():
            value = object.__getattribute__(self, name)
        _note(node, name, value, nodes)
        return value
    return object.__getattribute__(self, name)


def _note(node: _Node, name: str, value: Any, nodes: dict[int, _Node] | None = None) -> None:
    below = children(value)
    for tree in node.trees:
        place = tree.setdefault(name, {})
        for key, part in below or ():
            _register(part, place.setdefault(key, {}), nodes)


def _register(part: Part, tree: Trad, nodes: dict[int, _Node] | None = None) -> None:
    """Let a part be read from one place more: what was recorded of it for others is not yet recorded for this one."""
    nodes = _nodes if nodes is None else nodes
    node = nodes.get(id(part))
    if node is None:
        nodes[id(part)] = _Node(part, tree)
    elif not any(known is tree for known in node.trees):
        node.trees.append(tree)
        node.known.clear()


def children(value: Any) -> list[tuple[str, Part]] | None:
    """Return the parts that a field holds, each with its key; None when it holds none but a plain value."""
    if isinstance(value, Part):
        return [("", value)]
    if isinstance(value, dict) and value and all(isinstance(one, Part) for one in value.values()):
        return [(str(key), part) for key, part in value.items()]
    if isinstance(value, (tuple, list)) and value and all(isinstance(one, Part) for one in value):
        return list(zip(_keys(value), value, strict=True))
    return None


def _keys(parts: Sequence[Part]) -> list[str]:
    fields = vars(type(parts[0]))["__pydantic_fields__"]
    for name in KEYS:
        if name in fields:
            keys = [str(object.__getattribute__(part, name)) for part in parts]
            if len(set(keys)) == len(keys):
                return keys
    return [f"#{i}" for i in range(len(parts))]


def said(tree: Trad, part: Part | None) -> str:
    """Return a digest of what the fields of a trace say now, in a model that need not be the one that was read.

    Parameters
    ----------
    tree
        One root of `Spar.modell`, or of its JSON.
    part
        What stands at the root; None when there is nothing.
    """
    found: list[str] = []
    _say(tree, part, found)
    return hashlib.sha256("\0".join(found).encode()).hexdigest()


def _say(tree: Trad, part: Part | None, found: list[str]) -> None:
    if part is None:
        found.append("–")
        return
    found.append(type(part).__name__)
    if WHOLE in tree:
        found.append(part.model_dump_json())
        return
    for name in sorted(tree):
        value = getattr(part, name, None)
        below = children(value)
        if below is None:
            found.append(f"{name}={value!r}")
            continue
        found.append(f"{name}:{[key for key, _ in below]}")
        parts = dict(below)
        for key in sorted(tree[name]):
            found.append(key)
            _say(tree[name][key], parts.get(key), found)


def _pruned(tree: Trad) -> Trad:
    """Leave out the parts of which nothing was read: that they are there is known by the field that holds them."""
    if WHOLE in tree:
        return {WHOLE: {}}
    return {
        name: {key: kept for key in sorted(below) if (kept := _pruned(below[key]))}
        for name, below in sorted(tree.items())
    }


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Record a file that is opened for reading, or a folder that is listed, below the project's root."""
    if not _recording or event not in (*READS, *OUTSIDE):
        return
    if event in OUTSIDE:
        _now.utifran = _now.egen
        return
    given = arguments[0]
    if isinstance(given, int) or (event == "open" and _writes(arguments)):
        return
    path = os.path.abspath(os.fsdecode(given or "."))  # noqa: PTH100  (an audit hook must be cheap)
    root = str(_now.root) if _now else ""
    if _now.egen:
        path = _own(event, path, root)
    elif not path.startswith(root + os.sep):
        return
    if not path or path.startswith(PROGRAM):
        return
    if path.startswith(str(_now.tabellmapp)):
        _now.allt = True
        return
    inside = Path(path).is_relative_to(root)
    name = (Path(path).relative_to(root) if inside else Path(path)).as_posix() + ("/" if event in LISTS else "")
    if name not in _now.filer:
        with unrecorded():
            _now.filer[name] = of_file(_now.root, name)


def _own(event: str, path: str, root: str) -> str:
    """Return the path that an own page is made from, when this one is read; nothing when it is made from none."""
    if event in LISTS and sys._getframe(2).f_code.co_filename == FROZEN:  # noqa: SLF001  (the only way to know)
        return ""
    if not path.startswith(root + os.sep):
        return path if path.endswith(DATA) else ""
    if not path.endswith(".pyc"):
        return path
    try:
        return source_from_cache(path)  # or a changed module would not be seen
    except ValueError:
        return path


def _writes(arguments: tuple[Any, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    if isinstance(mode, str):
        return "r" not in mode
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_CREAT) != 0


def of_file(root: Path, name: str) -> str:
    """Return a digest of a file, or of the names in a folder (whose own name has `/` last), as it is now."""
    path = root / name
    try:
        content = "\0".join(sorted(os.listdir(path))).encode() if name.endswith("/") else path.read_bytes()  # noqa: PTH208
    except OSError:
        return "saknas"
    return hashlib.sha256(content).hexdigest()
