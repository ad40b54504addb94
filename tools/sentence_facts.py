"""The gate `check-facts`: a call that uses a coded sentence must give every fact that the sentence names.

Types cannot check this, so the gate reads the source. A function with a parameter for a code and with `**facts` uses
the sentence. A function that passes its code on to such a function uses it too, and may add facts to those of its
callers. Without this gate a missing fact would be shown to people as a question mark.
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
"""The name of the enumeration and of the member."""


@dataclass(frozen=True)
class Module:
    """One parsed source file."""

    path: Path
    tree: ast.Module

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The parent of each node."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def imported(self) -> frozenset[str]:
        """The names that the module imports from others."""
        imports = (node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom))
        return frozenset(alias.name for one in imports for alias in one.names)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The ancestors of a node, the nearest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def assigned(self, name: str, at: ast.AST) -> list[ast.expr]:
        """The values assigned to a name in the functions around this node, or else in the module."""
        functions = [one for one in self.around(at) if isinstance(one, Function)]
        for scope in (*functions, self.tree):
            found = [value for target, value in _assignments(scope) if target == name]
            if found:
                return found
        return []


@dataclass(frozen=True)
class CodeFunction:
    """A function with a parameter for a code. `place` is the position of this parameter."""

    module: Module
    definition: Function
    parameter: str
    place: int

    @property
    def takes_facts(self) -> bool:
        """Whether callers pass the facts of the sentence."""
        return self.definition.args.kwarg is not None


@dataclass
class Sources:
    """All modules, the facts that each code needs, and by name the functions that take a code."""

    modules: list[Module]
    needed: dict[Code, frozenset[str]] = field(default_factory=dict)
    code_functions: dict[str, list[CodeFunction]] = field(default_factory=dict)
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
        """Adds a function. The key of a constructor is the name of its class; the key of a method begins with a dot."""
        owner, name = module.parents[function], function.name
        positional = [*function.args.posonlyargs, *function.args.args]
        if isinstance(owner, ast.ClassDef):
            positional = positional[1:]
            name = owner.name if name == "__init__" else f".{name}"
        for place, parameter in enumerate([*positional, *function.args.kwonlyargs]):
            if parameter.annotation is not None and coded & _names(parameter.annotation):
                self.code_functions.setdefault(name, []).append(CodeFunction(module, function, parameter.arg, place))

    def called(self, module: Module, call: ast.Call) -> tuple[CodeFunction, list[ast.expr]] | None:
        """The called function, if it takes a code, and its positional arguments."""
        match call.func:
            case ast.Name(id="partial") if call.args and isinstance(call.args[0], ast.Name):
                name, arguments = call.args[0].id, call.args[1:]
            case ast.Attribute(attr="__init__"):
                owner = next(one for one in module.around(call) if isinstance(one, ast.ClassDef))
                name, arguments = next(iter(self.bases[owner.name]), ""), call.args
            case ast.Name(id=name):
                arguments = call.args
            case ast.Attribute(attr=name):
                method = next(iter(self.code_functions.get(f".{name}", ())), None)
                return None if method is None else (method, call.args)
            case _:
                return None
        function = self._named(name, module)
        return None if function is None else (function, arguments)

    def _named(self, name: str, module: Module) -> CodeFunction | None:
        """The function of this module, or an imported one. For a class without a constructor it is the base's."""
        for function in self.code_functions.get(name, ()):
            if function.module is module or name in module.imported:
                return function
        return self._inherited(name)

    def _inherited(self, name: str) -> CodeFunction | None:
        for base in self.bases.get(name, ()):
            found = next(iter(self.code_functions.get(base, ())), None) or self._inherited(base)
            if found is not None:
                return found
        return None

    def added(self, function: CodeFunction) -> frozenset[str] | None:
        """The facts that a function adds itself. None: it does not use the sentence, it only compares codes."""
        added: list[frozenset[str]] = []
        for call in (node for node in ast.walk(function.definition) if isinstance(node, ast.Call)):
            inner = self.called(function.module, call)
            if inner is None or not _is_name(_code_argument(*inner, call), function.parameter):
                continue
            further = None if inner[0] is function else self.added(inner[0])
            if further is not None:
                added.append(further | self.given(function.module, call))
        if added:
            return frozenset.intersection(*added)
        return frozenset() if function.takes_facts else None

    def given(self, module: Module, call: ast.Call) -> frozenset[str]:
        """The names of the facts in a call. A `**value` counts if its names are visible in the same module."""
        given: set[str] = set()
        for keyword in call.keywords:
            given |= self._keys(module, keyword.value, call) if keyword.arg is None else {keyword.arg}
        return frozenset(given)

    def _keys(self, module: Module, value: ast.expr, at: ast.AST) -> set[str]:
        match value:
            case ast.Dict():
                return {str(key.value) for key in value.keys if isinstance(key, ast.Constant)}
            case ast.IfExp():
                return self._keys(module, value.body, at) | self._keys(module, value.orelse, at)
            case ast.Name():
                found = [self._keys(module, one, at) for one in module.assigned(value.id, at)]
            case ast.Call(func=ast.Name(id=name)):
                found = [self._keys(module, one, at) for one in _returned(module, name)]
            case _:
                found = []
        return set.intersection(*found) if found else set()

    def codes(self, module: Module, value: ast.expr, at: ast.AST, seen: tuple[str, ...] = ()) -> Iterator[Code]:
        """The codes that an expression can have, through names and functions of the same module."""
        for node in ast.walk(value):
            match node:
                case ast.Attribute(value=ast.Name(id=enumeration), attr=member) if (enumeration, member) in self.needed:
                    yield enumeration, member
                case ast.Name(id=name) if name not in seen:
                    for one in (*module.assigned(name, at), *_returned(module, name)):
                        yield from self.codes(module, one, at, (*seen, name))


def problems(modules: Iterable[Module]) -> Iterator[str]:
    """Each use of a sentence without one of its facts: the file, the line, the code, the missing facts."""
    sources = Sources(list(modules))
    for module in sources.modules:
        for call in (node for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
            called = sources.called(module, call)
            argument = None if called is None else _code_argument(*called, call)
            if called is not None and argument is not None:
                yield from _missing(sources, module, call, called[0], argument)
    for function in (one for several in sources.code_functions.values() for one in several):
        default = _default(function)
        if default is not None:
            yield from _missing(sources, function.module, default, function, default)


def _missing(
    sources: Sources, module: Module, at: ast.Call | ast.expr, function: CodeFunction, argument: ast.expr
) -> Iterator[str]:
    added = sources.added(function)
    if added is None:
        return
    given = sources.given(module, at) if isinstance(at, ast.Call) and at is not argument else frozenset()
    for code in dict.fromkeys(sources.codes(module, argument, at)):
        missing = sources.needed[code] - added - given
        if missing:
            yield f"{module.path}:{at.lineno}: {'.'.join(code)} is used without {', '.join(sorted(missing))}"


def _code_argument(function: CodeFunction, arguments: list[ast.expr], call: ast.Call) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == function.parameter:
            return keyword.value
    return arguments[function.place] if function.place < len(arguments) else None


def _default(function: CodeFunction) -> ast.expr | None:
    """The default value of the code parameter."""
    arguments = function.definition.args
    named = dict(zip((one.arg for one in arguments.kwonlyargs), arguments.kw_defaults, strict=True))
    return named.get(function.parameter)


def _sentences(node: ast.ClassDef) -> Iterator[tuple[Code, frozenset[str]]]:
    """The members of an enumeration of sentences, with the facts that each needs."""
    if BASE not in {base.id for base in node.bases if isinstance(base, ast.Name)}:
        return
    for name, value in _assignments(node):
        if isinstance(value, ast.Call):
            texts = [ast.literal_eval(one.value) for one in value.keywords]
            yield (node.name, name), frozenset(fact for text in texts for fact in _facts(text))


def _facts(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in Formatter().parse(text) if name)


def _assignments(scope: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The assignments of a function, a class or a module, without those of nested definitions."""
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
    """All modules in these folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield Module(path, ast.parse(path.read_text(encoding="utf-8")))


def main() -> int:
    """Prints each problem on a line. Returns 0 when there is none."""
    found = list(problems(read(map(Path, FOLDERS))))
    for one in found:
        print(one, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
