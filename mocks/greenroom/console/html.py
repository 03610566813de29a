"""Pages from Jinja templates that cannot forget to escape: all but markup is escaped."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ..printable import plain


def environment(package: str, folder: str = "", **names: object) -> Environment:
    """The templates in a folder of a package; `names` are known in all of them."""
    place = files(package).joinpath(folder) if folder else files(package)
    found = Environment(
        autoescape=True,
        finalize=written,
        loader=FunctionLoader(lambda name: (place / name).read_text(encoding="utf-8")),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    found.globals |= names
    return found


def written(value: object) -> object:
    """What is written of a value before it is escaped."""
    # Characters that are invisible or turn the direction of writing could falsify a page.
    return value if isinstance(value, Markup) else plain(str(value), keep="\n\t")
