"""The files of the pages: styles and scripts, in a folder named after what is in them."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_HERE = files(__package__)

# By name the media type and the content.
FILES = {
    file.name: (_TYPES[file.name.rpartition(".")[2]], file.read_bytes())
    for file in sorted(
        [_HERE / "look.css", *(_HERE / "assets").iterdir()], key=lambda file: file.name
    )
}
# Below /_greenroom/. What has this address never changes.
FOLDER = f"assets/{sha256(b''.join(content for _, content in FILES.values())).hexdigest()[:16]}"
