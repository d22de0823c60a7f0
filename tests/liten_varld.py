"""A small model over the real tables, its pages made in this process: so that one field can be changed at a time."""

import ast
import enum
import json
import shutil

import IPython.display
import nbformat
from pydantic import ValidationError

from styrlib import fardigt, process, sidor, spar, tabellsummor, tables, underlag
from styrlib.errors import StyrError
from styrlib.sidor import Slag
from styrlib.styrmodell import Part, Styrmodell

from .conftest import REPOSITORY

GOALS = ("agenda2030/oversikt", "agenda2030/mal-04", "agenda2030/mal-14")


def small(modell):
    """Return two nämnder of the shipped model, with a little of everything."""

    def few(part, **sizes):
        return part.model_copy(update={name: getattr(part, name)[:size] for name, size in sizes.items()})

    namnder = []
    for namnd in modell.namnder[1:3]:
        malbilder = tuple(few(m, nyckeltal=2, aktiviteter=1, delegering=1, bedomningar=99) for m in namnd.malbilder[:2])
        ids = {m.id for m in malbilder}
        uppdrag = tuple(
            few(u, aktiviteter=1).model_copy(update={"malbilder": tuple(m for m in u.malbilder if m in ids)})
            for u in namnd.uppdrag[:2]
        )
        cut = few(namnd, dialoger=1).model_copy(update={"malbilder": malbilder, "uppdrag": uppdrag})
        namnder.append(cut)
    ids = {n.id: {m.id for m in n.malbilder} for n in namnder}
    left = {"namnder": tuple(namnder)}
    if modell.medel:
        made = tuple(a for a in modell.medel.ansokningar if a.malbild in ids.get(a.namnd, ()))[:2]
        left["medel"] = modell.medel.model_copy(update={"ansokningar": made})
    left["reportage"] = tuple(r for r in modell.reportage if r.namnd in ids)[:2]
    left["las"] = tuple(
        las.model_copy(update={"nyckeltal": tuple(n for n in las.nyckeltal if n.malbild in ids.get(n.namnd, ()))})
        for las in modell.las
    )
    return Styrmodell.model_validate(modell.model_copy(update=left).model_dump())


class Varld:
    """A model, its tables, and the pages that are made from them."""

    def __init__(self, folder, project, made, modell):
        self.project, self.modell = project, modell
        self.made = process.Processed(folder, made.uttag, made.years)
        if folder != made.folder and not folder.exists():
            shutil.copytree(made.folder, folder)
        self.tell(modell)

    def tell(self, modell):
        """Take another model, and make the tables that are made from a model."""
        self.modell, folder = modell, self.made.folder
        sums = tabellsummor.read(folder)
        frames = {"lankar": process._lankar(modell), "anvandning": process._anvandning(modell)}
        names = {n.id: n.kortnamn for namnd in modell.namnder for _, n in namnd.nyckeltal() if n.lokalt and n.kortnamn}
        known = tables.read(folder, "nyckeltal")
        frames["nyckeltal"] = known.assign(
            titel=[names.get(id_, title) for id_, title in zip(known["nyckeltal"], known["titel"], strict=True)]
        )
        for name, made in frames.items():
            frame = made.astype(tables.TABLES[name].dtypes)
            frame.to_parquet(folder / f"{name}.parquet", index=False)
            sums |= tabellsummor.of({name: frame})
        (folder / tabellsummor.NAME).write_text(json.dumps(sums), encoding="utf-8")
        self.sums = sums

    def pages(self):
        """Return every page, but of the goals' only a few."""
        found = sidor.all_pages(self.modell, Slag, self.modell.namnder)
        return {s.id: s for s in found if s.slag is not Slag.agenda2030 or s.id in GOALS}

    def make(self, sida, monkeypatch, *, period=""):
        """Return a page's HTML, a failure as its sentence, and what was read."""
        with monkeypatch.context() as patch:
            patch.setenv("STYR_ROT", str(self.project.root))
            patch.setattr(process, "ensure", lambda *_: self.made)
            patch.setattr(process, "read_model", lambda _: self.modell)
            shown = []
            patch.setattr(IPython.display, "display", lambda one: shown.append(one._repr_html_()))
            with spar.follow() as followed:
                try:
                    run(REPOSITORY / "notebooks" / sida.notebook, {**sida.parameters, "period": period}, shown)
                except Exception as error:  # noqa: BLE001  (a reference that leads nowhere: the real check stops it)
                    shown.append(f"{type(error).__name__}: {error}")
        return "".join(shown), followed

    def said(self, followed, *, period=""):
        """Return what the reads of a trace give in this world."""
        if followed.allt:
            return None
        given = underlag.of(self.made, self.modell, period=period)
        return fardigt._read(followed.to_json(), given.rotter, given.ar, self.sums, self.project.root)


def run(notebook, parameters, shown):
    """Run a notebook's cells here, and keep what each shows."""
    names = {}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, notebook.name, "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names |= parameters
        elif last is not None:
            shown.append(eval(compile(ast.Expression(last.value), notebook.name, "eval"), names)._repr_html_())


def changes(modell, *, every=False):
    """Yield (path, model) with one value changed: one of each field of each class, or every one."""
    whole, seen = modell.model_dump(), set()
    for path, owner, name in places(modell, ()):
        kind = type(owner).__name__, name
        if kind in seen and not every:
            continue
        other = changed(getattr(owner, name))
        if other is None:
            continue
        try:
            made = Styrmodell.model_validate(with_value(whole, path, other))
        except (ValidationError, StyrError):
            continue
        seen.add(kind)
        yield "/".join(map(str, path)), made


def places(part, path):
    """Yield every plain value of a model: where it is, whose it is, and its name."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        below = value if isinstance(value, tuple) else (value,)
        if any(isinstance(one, Part) for one in below):
            yield (*path, name), part, name
            for i, one in enumerate(below):
                yield from places(one, (*path, name, i) if isinstance(value, tuple) else (*path, name))
        else:
            yield (*path, name), part, name


def changed(value):
    """Return another value of the same kind; None when none is known."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, enum.Enum):
        kinds = list(type(value))
        return kinds[(kinds.index(value) + 1) % len(kinds)]
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        return f"{value[:1]}z{value[1:]}"
    if isinstance(value, tuple) and len(value) > 1:
        return [one.model_dump() if isinstance(one, Part) else one for one in value[:-1]]
    return None


def with_value(whole, path, value):
    """Return nested plain data with one value exchanged."""
    step, *rest = path
    if isinstance(whole, (list, tuple)):
        return [*whole[:step], with_value(whole[step], rest, value) if rest else value, *whole[step + 1 :]]
    return {**whole, step: with_value(whole[step], rest, value) if rest else value}
