"""The page on which a browser gets a session for the control token."""

from __future__ import annotations

from string import Template

from .assets import FOLDER
from .html import Html, element

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in to greenroom</title>
<link rel="stylesheet" href="$assets/page.css">
</head>
<body>
<main>
<h1>greenroom</h1>
<p class="lead">These pages need the control token that this server was started with.</p>
$wrong
<form method="post" action="$root/session">
<label>Control token <input type="password" name="token" required autofocus
autocomplete="current-password"></label>
<button>Sign in</button>
</form>
</main>
</body>
</html>
""")


def render(root: str, wrong: str = "") -> str:
    """The page as HTML; `root` is the path of /_greenroom, `wrong` says why it is shown again."""
    message = element("p", wrong, role="alert") if wrong else Html()
    return _PAGE.substitute(assets=root + FOLDER, root=root, wrong=message)
