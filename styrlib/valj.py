"""Choosers for a notebook, where choosing beats typing: a nyckeltal, a municipality, a nämnd.

A choice is shown with the call that does the same, so that the next one can be written. It shows
itself twice over: as widgets where there is a kernel, and as text where a page is all there is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from styrlib import project, swedish, yamltext
from styrlib.errors import InputError, StyrError, UnknownNameError, fold
from styrlib.klient import Kolada
from styrlib.kommuner import find_kommun
from styrlib.render import Html, render
from styrlib.stavning import in_swedish
from styrlib.tabell import Tabell
from styrlib.validate import SHARED

MOST = 300  # hits in a list: all municipalities
EXAMPLE = "N15428"  # the nyckeltal of a call that needs one
FEW = 12  # choices that need no search
LABEL = {"description_width": "6rem"}

Search = Callable[[str], dict[str, str]]
_chosen: dict[tuple[str, ...], str] = {}


@in_swedish
class Val:
    """Ett val i anteckningsboken: det valda är .varde.

    Parameters
    ----------
    rubrik
        What is chosen: "Kommun".
    sok
        What finds choices by a text: what they are called, by value. All, for the empty text.
    forvald
        The value that is chosen from the start.
    kod
        The call that does the same, with `{}` for the value.
    visa
        What is shown of the value, made anew when another is chosen; it shows itself by `_repr_html_`.
    """

    def __init__(self, rubrik: str, sok: Search, forvald: str, kod: str, visa: Callable[[str], Any] | None) -> None:
        name = getattr(visa, "__name__", "<lambda>")
        self._rubrik, self._sok, self._visa = rubrik, sok, visa
        self._kod = kod if name.startswith("<") else f'{name}("{{}}")'
        # A cell that is run again keeps what was chosen in it, unless its own start has changed.
        self._key = (_cell(), rubrik, forvald)
        self._set(_chosen.get(self._key, forvald) if self._key[0] else forvald)

    def __str__(self) -> str:
        return self.varde

    def __repr__(self) -> str:
        return f"{self._rubrik}: {self.namn}\n{self.kod}" + (f"\n{self._shown!r}" if self._visa else "")

    @property
    def varde(self) -> str:
        """Det valda: skriv .varde där du annars skriver ett id eller ett namn."""
        return self._varde

    @varde.setter
    def varde(self, varde: str) -> None:
        if varde not in self._sok(""):
            raise UnknownNameError("valet", str(varde), self._sok(""))
        self._set(varde)

    @property
    def namn(self) -> str:
        """Vad det valda heter."""
        return self._sok("")[self._varde]

    @property
    def kod(self) -> str:
        """Samma sak skriven som kod."""
        return self._kod.format(self._varde)

    def _set(self, varde: str) -> None:
        self._varde = varde
        self._shown = _result(self._visa, varde)
        if self._key[0]:
            _chosen[self._key] = varde

    def _repr_html_(self) -> str:
        facts = {"rubrik": self._rubrik, "namn": self.namn, "kod": self.kod}
        return str(render("val.html.j2", **facts, visat=_html(self._shown)))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        widget = self._widget()._repr_mimebundle_()
        return {**widget, "text/html": self._repr_html_(), "text/plain": repr(self)}

    def _widget(self) -> Any:
        """Return the widgets: a box to search in, a list to choose from, the call, and what is shown."""
        import ipywidgets

        wide = ipywidgets.Layout(width="min(100%, 46rem)")
        every = self._sok("")
        few = len(every) <= FEW
        kind = ipywidgets.Dropdown if few else ipywidgets.Select
        chooser = kind(
            options=self._options(every),
            value=self.varde,
            description=self._rubrik if few else "Välj",
            style=LABEL,
            layout=wide,
        )
        search = ipywidgets.Text(
            description=f"Sök {self._rubrik.lower()}",
            placeholder="Skriv en del av namnet, välj sedan i listan",
            style=LABEL,
            layout=wide,
        )
        count = ipywidgets.HTML(_count(len(every), len(every)))
        code, shown = ipywidgets.HTML(), ipywidgets.HTML()

        def show() -> None:
            code.value, shown.value = (
                render("valkod.html.j2", kod=self.kod),
                render("valvisat.html.j2", visat=_html(self._shown)),
            )

        def choose(change: dict[str, Any]) -> None:
            if change["new"] not in (None, self.varde):
                self._set(change["new"])
                show()

        def find(change: dict[str, Any]) -> None:
            hits = self._sok(change["new"].strip())
            chooser.options = self._options(hits)  # the chosen comes first, so that it stays chosen
            count.value = _count(len(hits), len(every))

        chooser.observe(choose, "value")
        search.observe(find, "value")
        show()
        return ipywidgets.VBox([chooser, code, shown] if few else [search, chooser, count, code, shown])

    def _options(self, hits: dict[str, str]) -> list[tuple[str, str]]:
        """Return choices for a list; where it is searched, the chosen comes first, so that it stays chosen."""
        some = {} if len(self._sok("")) <= FEW else {self.varde: self.namn}
        return [(name, value) for value, name in (some | dict(list(hits.items())[:MOST])).items()]


@in_swedish
def valj_nyckeltal(
    forvald: str = "", *, sok: str = "", visa: Callable[[str], Any] | None = None, kolada: Kolada | None = None
) -> Val:
    """Välj ett nyckeltal i en lista som du söker i; .varde är dess id.

    Parameters
    ----------
    forvald
        Id of the one that is chosen from the start; the first hit unless given.
    sok
        Words that all choices must fit, as in `Kolada.sok`.
    visa
        What is shown of it: `over_tid`, or `lambda n: kolada.hamta(n)`.
    kolada
        The client to search with; `Kolada()` unless given.

    Raises
    ------
    InputError
        When there is no such nyckeltal, or none that fits.
    """
    client = kolada or Kolada()
    every = _named(client.sok(sok))
    if not every:
        raise InputError(f"Inget nyckeltal passar ”{sok}”. Pröva färre eller andra ord.")
    first = client.beskriv(forvald).nyckeltal if forvald else next(iter(every))
    every = every if first in every else _named(client.sok())

    def search(text: str) -> dict[str, str]:
        return {id_: name for id_, name in _named(client.sok(text)).items() if id_ in every} if text else every

    return Val("Nyckeltal", search, first, 'kolada.hamta("{}")', visa)


@in_swedish
def valj_kommun(forvald: str = "", *, visa: Callable[[str], Any] | None = None, kolada: Kolada | None = None) -> Val:
    """Välj en kommun i en lista som du söker i; .varde är dess namn.

    Parameters
    ----------
    forvald
        Name or code of the one that is chosen from the start; one's own unless given.
    visa, kolada
        As in `valj_nyckeltal`.
    """
    client = kolada or Kolada()
    found = client.kommuner()
    names = sorted(found.loc[found["slag"] == "K", "namn"], key=fold)
    first = find_kommun(found, forvald or client.kommun or names[0])[1]

    def search(text: str) -> dict[str, str]:
        hits = [name for name in names if fold(text) in fold(name)]
        return {name: name for name in sorted(hits, key=lambda name: not fold(name).startswith(fold(text)))}

    return Val("Kommun", search, first, f'kolada.hamta("{EXAMPLE}", "{{}}")', visa)


@in_swedish
def valj_namnd(forvald: str = "", *, visa: Callable[[str], Any] | None = None) -> Val:
    """Välj en av kommunens nämnder; .varde är dess kortnamn.

    Parameters
    ----------
    forvald
        Short name or name of the one that is chosen from the start; the first unless given.
    visa
        As in `valj_nyckeltal`.
    """
    files = [path for path in project.find().styrmodell.glob("*.yaml") if path.stem not in SHARED]
    bodies = sorted((yamltext.read(path)[0] for path in files), key=lambda body: int(body["ordning"]))
    names = {body["kortnamn"]: f"{body['namn']} ({body['kortnamn']})" for body in bodies}
    wanted = {fold(word): body["kortnamn"] for body in bodies for word in (body["kortnamn"], body["namn"])}
    if forvald and fold(forvald) not in wanted:
        raise UnknownNameError("nämnden", forvald, names)
    first = wanted[fold(forvald)] if forvald else next(iter(names))
    return Val("Nämnd", lambda _: names, first, 'Modell().namnd("{}")', visa)


def _named(found: Tabell) -> dict[str, str]:
    return {id_: f"{id_} {title}" for id_, title in zip(found["nyckeltal"], found["titel"], strict=True)}


def _count(hits: int, every: int) -> Html:
    """Return how many choices fit what is searched for, told to a screen reader when it changes."""
    if not hits:
        text = "Inget passar. Pröva färre eller andra ord."
    else:
        text = "" if hits == every else f"{swedish.number(hits)} av {swedish.number(every)} passar."
        text += f" De {MOST} bästa visas." if hits > MOST else ""
    return render("valantal.html.j2", text=text)


def _result(visa: Callable[[str], Any] | None, varde: str) -> Any:
    """Return what is shown of a value; of one that can't be shown, why."""
    try:
        return visa(varde) if visa else None
    except StyrError as error:  # another value may do, so the list must still be there to choose from
        return render("valfel.html.j2", fel=error)


def _html(shown: Any) -> Html:
    if shown is None:
        return Html()
    own = getattr(shown, "_repr_html_", None)
    return Html(own()) if own else render("valtext.html.j2", text=shown)


def _cell() -> str:
    """Return the id of the cell that runs in Jupyter; nothing elsewhere, where no one can have chosen before."""
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython and ipython.get_ipython(), "kernel", None)
    return kernel.get_parent("shell").get("metadata", {}).get("cellId", "") if kernel else ""
