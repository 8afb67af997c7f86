"""Commands by which a person permits, forbids, corrects and acknowledges."""

from __future__ import annotations

from typing import Annotated

import typer

from executor.cli.root import Format, Reason, app, carry_out, found_settings

Strategy = Annotated[str | None, typer.Option(help="Which strategy; none = all.")]


@app.command()
def arm(
    context: typer.Context,
    family: Annotated[str, typer.Argument(help="The series, e.g. KXHIGHNY.")],
    lasting: Annotated[str, typer.Option("--for", help="24h at most; 90m, 1d.")],
    reason: Reason,
    strategy: Strategy = None,
    form: Format = "table",
) -> None:
    """Permit a family to be traded for a while; works on a running service at once."""
    said = {"family": family, "lasting": lasting, "reason": reason, "strategy": strategy}
    carry_out(context, "arm", said, form)


@app.command()
def disarm(
    context: typer.Context,
    family: Annotated[str, typer.Argument(help="The series, or * for all.")],
    reason: Reason,
    strategy: Strategy = None,
    form: Format = "table",
) -> None:
    """Take a permission back."""
    said = {"family": family, "reason": reason, "strategy": strategy}
    carry_out(context, "disarm", said, form)


@app.command()
def block(
    context: typer.Context,
    family: Annotated[str, typer.Argument(help="The series, or * for all.")],
    reason: Reason,
    strategy: Strategy = None,
    form: Format = "table",
) -> None:
    """Forbid a family; stronger than any arm."""
    said = {"family": family, "reason": reason, "strategy": strategy}
    carry_out(context, "block", said, form)


@app.command()
def unblock(
    context: typer.Context,
    family: Annotated[str, typer.Argument(help="The series, or * for all.")],
    reason: Reason,
    strategy: Strategy = None,
    form: Format = "table",
) -> None:
    """Lift a block; nothing is armed by that."""
    said = {"family": family, "reason": reason, "strategy": strategy}
    carry_out(context, "unblock", said, form)


@app.command()
def halt(context: typer.Context, reason: Reason, form: Format = "table") -> None:
    """Let no order leave, within a second."""
    # The kill file comes first: it holds even where the service hangs or the file is locked.
    kill_file = found_settings(context).kill_file
    kill_file.parent.mkdir(parents=True, exist_ok=True)
    kill_file.touch(mode=0o600)
    carry_out(context, "halt", {"reason": reason}, form)


@app.command()
def resume(context: typer.Context, reason: Reason, form: Format = "table") -> None:
    """Let orders leave again."""
    carry_out(context, "resume", {"reason": reason}, form)


@app.command()
def correct(
    context: typer.Context,
    fill_id: Annotated[str, typer.Argument(help="The fill.")],
    strategy: Annotated[str, typer.Option(help="Whose it was.")],
    reason: Reason,
    form: Format = "table",
) -> None:
    """Say whose fill it was; a new row, the strongest evidence."""
    carry_out(
        context, "correct", {"fill_id": fill_id, "strategy": strategy, "reason": reason}, form
    )


@app.command()
def acknowledge(
    context: typer.Context,
    finding: Annotated[str, typer.Argument(help="The finding.")],
    subject: Annotated[str, typer.Argument(help="What it is about.")],
    reason: Reason,
    form: Format = "table",
) -> None:
    """Say that a finding is known; it stays listed and no longer counts."""
    said = {"finding": finding, "subject": subject, "reason": reason}
    carry_out(context, "acknowledge", said, form)
