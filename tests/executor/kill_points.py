"""Where a process may die: found in the code, so that no commit and no order can be forgotten."""

from __future__ import annotations

import ast
import os
import signal
import sys
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING

from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

Function = ast.FunctionDef | ast.AsyncFunctionDef
SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return, ast.AugAssign)


def modules() -> list[Path]:
    """What runs beside the exchange: everything but the exchange itself."""
    found = [*ROOT.glob("kwx_core/**/*.py"), *ROOT.glob("executor/**/*.py")]
    return [path for path in found if "paper" not in path.relative_to(ROOT).parts]


def parsed(path: Path) -> ast.Module:
    """The module's syntax."""
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[tuple[str, Function]]:
    """Every function of a module with the name that its code objects carry."""

    def within(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield prefix + child.name, child
                yield from within(child, f"{prefix}{child.name}.<locals>.")
            elif isinstance(child, ast.ClassDef):
                yield from within(child, f"{prefix}{child.name}.")
            else:
                yield from within(child, prefix)

    return within(parsed(path), "")


def own(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function, those of functions and lambdas inside it apart."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        if not isinstance(node, (Function, ast.ClassDef, ast.Lambda)):
            yield node
            pending += ast.iter_child_nodes(node)


def called(node: ast.AST) -> str:
    """`owner.name` of a call; empty for anything else."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def kind(call: str) -> str | None:
    """What a call does that cannot be undone; None where it does no such thing."""
    owner, _, name = call.rpartition(".")
    if name == "commit":
        return "commit"
    if name == "post_order" or (name == "cancel" and owner.endswith(("client", "kalshi"))):
        return name
    # Everything that leaves for the exchange leaves here; reads are let pass.
    return "send" if name in {"send", "post", "delete"} and owner.endswith("http") else None


def is_transaction(call: str) -> bool:
    """Whether a call opens a transaction, which commits when its block ends."""
    return call.rpartition(".")[2] == "transaction"


def places() -> set[str]:
    """Every place of the code that commits or sends: `module function kind`."""
    found = set()
    for path in modules():
        module = path.relative_to(ROOT).as_posix()
        for name, function in functions(path):
            calls = {called(node) for node in own(function)}
            if function.name != "transaction":
                found |= {f"{module} {name} commit" for call in calls if is_transaction(call)}
                found |= {f"{module} {name} {kind(call)}" for call in calls if kind(call)}
    return found


class Inserted(ast.NodeTransformer):
    """The module as it is written, with a call before and after each statement of a kind."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, [each for line in block for each in self._around(line)])
        return node

    def _around(self, line: ast.stmt) -> list[ast.stmt]:
        kinds = {kind(called(node)) for node in ast.walk(line)} - {None}
        if not kinds or not isinstance(line, SIMPLE):
            return [line]
        assert not isinstance(line, ast.Return), f"line {line.lineno}: nothing can follow a return"
        (each,) = kinds
        before, after = (
            ast.parse(f"kill_point({moment!r}, {each!r})").body[0] for moment in ("before", "after")
        )
        return [ast.copy_location(before, line), line, ast.copy_location(after, line)]


class Loader(SourceFileLoader):
    """Compiles our modules with the points in them; nothing is cached on disk."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        tree = Inserted().visit(ast.parse(self.get_data(path)))
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


class Finder:
    """Gives our modules to the loader above."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or Path(spec.origin) not in WATCHED:
            return None
        spec.loader = Loader(name, spec.origin)
        return spec


@dataclass
class Watch:
    """Tells a pipe each point that this process passes, and kills it at the one asked for."""

    pipe: int
    kill_at: str | None
    nth: int = 1

    def passed(self, moment: str, each: str) -> None:
        frame = sys._getframe(1)
        if each == "send" and frame.f_locals["outgoing"].method == "GET":
            return
        point = f"{moment} {_place(frame)} {each}"
        os.write(self.pipe, f"{point}\n".encode())
        self.nth -= point == self.kill_at
        if point == self.kill_at and not self.nth:
            os.kill(os.getpid(), signal.SIGKILL)


def _place(frame: FrameType) -> str:
    """The function that commits: the one that opened the transaction, not the tool it used."""
    here: FrameType | None = frame
    while here and (here.f_code.co_name == "transaction" or not _is_ours(here)):
        here = here.f_back
    code = (here or frame).f_code
    module = code.co_filename.removeprefix(f"{ROOT}{os.sep}").replace(os.sep, "/")
    return f"{module} {code.co_qualname}"


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith((str(ROOT / "kwx_core"), str(ROOT / "executor")))


WATCHED = {path for path in modules() if any(map(kind, map(called, ast.walk(parsed(path)))))}
