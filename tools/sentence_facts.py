"""The gate `check-facts`: whoever says a coded sentence gives every fact that the sentence names.

No type says it, so the source is read. A function that takes a code *says* it when it takes `**facts` with it, or hands
it to one that does; what such a function adds itself its callers need not give. A sentence with a fact that nobody
gives would be read with a question mark in its place.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import TypeAlias

FOLDERS = ("domain", "activities", "workflows", "gateway", "workers", "tools")
BASE = "CodedSentence"

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Code: TypeAlias = tuple[str, str]
"""The enumeration and its member."""


@dataclass(frozen=True)
class Module:
    """A source, with who stands inside whom."""

    path: Path
    tree: ast.Module

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Of each node the one around it."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def imported(self) -> frozenset[str]:
        """The names that come from other modules."""
        imports = (node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom))
        return frozenset(alias.name for one in imports for alias in one.names)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, the nearest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def assigned(self, name: str, at: ast.AST) -> list[ast.expr]:
        """What a name is set to, in the function around this place or else in the module."""
        functions = [one for one in self.around(at) if isinstance(one, Function)]
        for scope in (*functions, self.tree):
            found = [value for target, value in _assignments(scope) if target == name]
            if found:
                return found
        return []


@dataclass(frozen=True)
class Sayer:
    """A function that takes a code. `place` is the code's among its positional parameters."""

    module: Module
    function: Function
    parameter: str
    place: int

    @property
    def takes_facts(self) -> bool:
        """Whether its callers give the facts."""
        return self.function.args.kwarg is not None


@dataclass
class Sources:
    """Everything that was read: the sentences' facts by code, and the functions that take a code, by name."""

    modules: list[Module]
    needed: dict[Code, frozenset[str]] = field(default_factory=dict)
    sayers: dict[str, list[Sayer]] = field(default_factory=dict)
    bases: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for module in self.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.ClassDef):
                    self.bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                    self.needed |= dict(_sentences(node))
        coded = {BASE, *(enumeration for enumeration, _ in self.needed)}
        for module in self.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, Function):
                    self._note(module, node, coded)

    def _note(self, module: Module, function: Function, coded: set[str]) -> None:
        """A class is called by its name; a method has a dot before its own."""
        owner, name = module.parents[function], function.name
        positional = [*function.args.posonlyargs, *function.args.args]
        if isinstance(owner, ast.ClassDef):
            positional = positional[1:]
            name = owner.name if name == "__init__" else f".{name}"
        for place, parameter in enumerate([*positional, *function.args.kwonlyargs]):
            if parameter.annotation is not None and coded & _names(parameter.annotation):
                self.sayers.setdefault(name, []).append(Sayer(module, function, parameter.arg, place))

    def called(self, module: Module, call: ast.Call) -> tuple[Sayer, list[ast.expr]] | None:
        """The function that a call calls, if it takes a code, and the positional arguments that it gets."""
        match call.func:
            case ast.Name(id="partial") if call.args and isinstance(call.args[0], ast.Name):
                name, arguments = call.args[0].id, call.args[1:]
            case ast.Attribute(attr="__init__"):
                owner = next(one for one in module.around(call) if isinstance(one, ast.ClassDef))
                name, arguments = next(iter(self.bases[owner.name]), ""), call.args
            case ast.Name(id=name):
                arguments = call.args
            case ast.Attribute(attr=name):
                method = next(iter(self.sayers.get(f".{name}", ())), None)
                return None if method is None else (method, call.args)
            case _:
                return None
        sayer = self._sayer(name, module)
        return None if sayer is None else (sayer, arguments)

    def _sayer(self, name: str, module: Module) -> Sayer | None:
        """The one of this module, or the one that it imports; of a class without a constructor its base's."""
        for sayer in self.sayers.get(name, ()):
            if sayer.module is module or name in module.imported:
                return sayer
        return self._inherited(name)

    def _inherited(self, name: str) -> Sayer | None:
        for base in self.bases.get(name, ()):
            found = next(iter(self.sayers.get(base, ())), None) or self._inherited(base)
            if found is not None:
                return found
        return None

    def added(self, sayer: Sayer) -> frozenset[str] | None:
        """The facts that a function adds itself; None when it says nothing: it compares codes, or keeps them."""
        added: list[frozenset[str]] = []
        for call in (node for node in ast.walk(sayer.function) if isinstance(node, ast.Call)):
            inner = self.called(sayer.module, call)
            if inner is None or not _is_name(_code_argument(*inner, call), sayer.parameter):
                continue
            further = self.added(inner[0])
            if further is not None:
                added.append(further | (self.given(sayer.module, call) or frozenset()))
        if added:
            return frozenset.intersection(*added)
        return frozenset() if sayer.takes_facts else None

    def given(self, module: Module, call: ast.Call) -> frozenset[str] | None:
        """The facts that a call gives by name; None where some of them cannot be seen in the source."""
        given: set[str] = set()
        unseen = False
        for keyword in call.keywords:
            if keyword.arg is not None:
                given.add(keyword.arg)
                continue
            inside = self._keys(module, keyword.value, call)
            unseen = unseen or inside is None
            given |= inside or set()
        return None if unseen and not given else frozenset(given)

    def _keys(self, module: Module, value: ast.expr, at: ast.AST) -> set[str] | None:
        """The names in a `**value`."""
        match value:
            case ast.Dict():
                return {str(key.value) for key in value.keys if isinstance(key, ast.Constant)}
            case ast.IfExp():
                return (self._keys(module, value.body, at) or set()) | (self._keys(module, value.orelse, at) or set())
            case ast.Name():
                inside = [self._keys(module, one, at) for one in module.assigned(value.id, at)]
            case ast.Call(func=ast.Name(id=name)):
                inside = [self._keys(module, one, at) for one in _returned(module, name)]
            case _:
                inside = []
        return set.intersection(*(one or set() for one in inside)) if inside else None

    def codes(self, module: Module, value: ast.expr, at: ast.AST, seen: tuple[str, ...] = ()) -> Iterator[Code]:
        """The codes that an expression may be, as far as its names are set in the same module."""
        for node in ast.walk(value):
            match node:
                case ast.Attribute(value=ast.Name(id=enumeration), attr=member) if (enumeration, member) in self.needed:
                    yield enumeration, member
                case ast.Name(id=name) if name not in seen:
                    for one in (*module.assigned(name, at), *_returned(module, name)):
                        yield from self.codes(module, one, at, (*seen, name))


def problems(modules: Iterable[Module]) -> Iterator[str]:
    """Every place where a sentence is said without one of its facts: the file, the line, the code, the facts."""
    sources = Sources(list(modules))
    for module in sources.modules:
        for call in (node for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
            called = sources.called(module, call)
            argument = None if called is None else _code_argument(*called, call)
            if called is not None and argument is not None:
                yield from _missing(sources, module, call, called[0], argument)
    for sayer in (one for several in sources.sayers.values() for one in several):
        default = _default(sayer)
        if default is not None:
            yield from _missing(sources, sayer.module, default, sayer, default)


def _missing(
    sources: Sources, module: Module, at: ast.Call | ast.expr, sayer: Sayer, argument: ast.expr
) -> Iterator[str]:
    added = sources.added(sayer)
    if added is None:
        return
    given = sources.given(module, at) if isinstance(at, ast.Call) and at is not argument else frozenset()
    for code in dict.fromkeys(sources.codes(module, argument, at)):
        missing = sources.needed[code] - added - (given or frozenset())
        if missing:
            yield f"{module.path}:{at.lineno}: {'.'.join(code)} is said without {', '.join(sorted(missing))}"


def _code_argument(sayer: Sayer, arguments: list[ast.expr], call: ast.Call) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == sayer.parameter:
            return keyword.value
    return arguments[sayer.place] if sayer.place < len(arguments) else None


def _default(sayer: Sayer) -> ast.expr | None:
    """What the code is where a caller names none."""
    arguments = sayer.function.args
    named = dict(zip((one.arg for one in arguments.kwonlyargs), arguments.kw_defaults, strict=True))
    return named.get(sayer.parameter)


def _sentences(node: ast.ClassDef) -> Iterator[tuple[Code, frozenset[str]]]:
    """The members of an enumeration of sentences, with the facts that each names."""
    if BASE not in {base.id for base in node.bases if isinstance(base, ast.Name)}:
        return
    for name, value in _assignments(node):
        if isinstance(value, ast.Call):
            texts = [ast.literal_eval(one.value) for one in value.keywords]
            yield (node.name, name), frozenset(fact for text in texts for fact in _facts(text))


def _facts(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in Formatter().parse(text) if name)


def _assignments(scope: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that are set directly in a function, a class or a module, not in what is defined inside it."""
    for node in ast.iter_child_nodes(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                pass
            case _:
                yield from _assignments(node)


def _returned(module: Module, function: str) -> Iterator[ast.expr]:
    for node in ast.walk(module.tree):
        if isinstance(node, Function) and node.name == function:
            yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value is not None)


def _names(annotation: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


def _is_name(value: ast.expr | None, name: str) -> bool:
    return isinstance(value, ast.Name) and value.id == name


def read(folders: Iterable[Path]) -> Iterator[Module]:
    """Every module in these folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield Module(path, ast.parse(path.read_text(encoding="utf-8")))


def main() -> int:
    """0 when every fact is given; otherwise each problem on its line."""
    found = list(problems(read(map(Path, FOLDERS))))
    for one in found:
        print(one, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
