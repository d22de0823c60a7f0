"""Typing errors against the public names, answered in Swedish and without a traceback.

Put `@in_swedish` on a public class or function. A misspelt method, a misspelt or missing
argument and forgotten parentheses then raise a StyrError that is also Python's own
AttributeError or TypeError. Errors inside the function are left as they are.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import Parameter
from types import ModuleType
from typing import Any, TypeVar

from styrlib.errors import CapitalError, UnknownAttributeError, WrongCallError, hint

NAMES = {"__init__": "", "__call__": "anropet"}  # what has a name that nobody writes; the first is its class's
Thing = TypeVar("Thing", bound=Callable[..., Any])


def in_swedish(thing: Thing) -> Thing:
    """Return the class or function, with typing errors against it told in a sentence."""
    return _class(thing) if isinstance(thing, type) else _function(thing)


class Insida(ModuleType):
    """A module such as `kolada`, which an utredare may import for the class `Kolada`: says so when it is used."""

    def __call__(self, *_: Any, **__: Any) -> None:
        """Raise CapitalError."""
        raise self._meant()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # Python asks
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        raise self._meant()

    def _meant(self) -> CapitalError:
        name = self.__name__.rpartition(".")[2]
        public = name.capitalize()
        return CapitalError(
            f"{name} är något inne i programmet. Skriv {public} med stor bokstav: from styrlib import {public}."
        )


def _class(cls: Any) -> Any:
    own = [base for base in cls.__mro__ if _package(base) == _package(cls)]  # what comes from pandas stays pandas'
    for base in reversed(own):
        for name, value in list(vars(base).items()):
            if inspect.isfunction(value) and (name in NAMES or not name.startswith("_")):
                setattr(cls, name, _function(value, cls))
    inherited = getattr(cls, "__getattr__", object.__getattribute__)

    def __getattr__(self: Any, name: str) -> Any:  # noqa: N807
        try:
            return inherited(self, name)
        except AttributeError:
            # Python and Jupyter ask for what begins with _; what the class has is a property that failed inside.
            if name.startswith("_") or hasattr(type(self), name):
                raise
            raise UnknownAttributeError(name=name, obj=self) from None

    cls.__getattr__ = __getattr__
    return cls


def _package(cls: type) -> str:
    return cls.__module__.partition(".")[0]


def _function(function: Any, owner: type | None = None) -> Any:
    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        if owner is not None and not (args and isinstance(args[0], owner)):
            name = owner.__name__
            raise WrongCallError(f"Skriv parenteser efter {name}: {name}().{function.__name__}(…).")
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            inside = error.__traceback__ is not None and error.__traceback__.tb_next is not None
            problem = "" if inside else _problem(function, owner, args, kwargs)
            if not problem:
                raise
            raise WrongCallError(problem) from None

    return called


def _problem(function: Any, owner: type | None, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """Return what is wrong with the arguments, as a sentence; nothing when they fit."""
    signature = inspect.signature(function)
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        pass
    else:
        return ""
    skipped = int(owner is not None)  # self
    parameters = list(signature.parameters.values())[skipped:]
    kinds = {p.kind for p in parameters}
    name = NAMES.get(function.__name__, function.__name__) or (owner.__name__ if owner else "")
    named = [p.name for p in parameters if p.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)]
    placed = [p.name for p in parameters if p.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)]
    given, right = len(args) - skipped, f"{name}({', '.join(_shown(p) for p in parameters)})"
    unknown = [word for word in kwargs if word not in named]
    if unknown and Parameter.VAR_KEYWORD not in kinds:
        return f"{name} har inget argument som heter ”{unknown[0]}”. {hint(unknown[0], named)}"
    if given > len(placed) and Parameter.VAR_POSITIONAL not in kinds:
        most = f"högst {len(placed)} argument utan namn" if placed else "inga argument utan namn"
        return f"{name} tar {most}, men fick {given}. Skriv så här: {right}."
    twice = [word for word in placed[:given] if word in kwargs]
    if twice:
        return f"{name} fick argumentet {twice[0]} två gånger. Skriv så här: {right}."
    missing = [p.name for p in parameters if _needed(p) and p.name not in {*placed[:given], *kwargs}]
    return f"{name} behöver också {' och '.join(missing)}. Skriv så här: {right}."


def _needed(parameter: Parameter) -> bool:
    return parameter.default is Parameter.empty and parameter.kind not in (
        Parameter.VAR_POSITIONAL,
        Parameter.VAR_KEYWORD,
    )


def _shown(parameter: Parameter) -> str:
    """Return how an argument is written: `nyckeltal`, `kommun=…`."""
    if parameter.kind is Parameter.VAR_POSITIONAL:
        return f"{parameter.name} …"
    needs_name = parameter.kind in (Parameter.KEYWORD_ONLY, Parameter.VAR_KEYWORD)
    return parameter.name if _needed(parameter) and not needs_name else f"{parameter.name}=…"
