"""The files of the pages: styles and scripts, in a folder named after what is in them."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

# By name the media type and the content.
FILES = {
    name: (media_type, (files(__package__) / name).read_bytes())
    for name, media_type in (
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("sign_in.js", "text/javascript; charset=utf-8"),
    )
}
# Below /_greenroom/. What has this address never changes.
FOLDER = f"/assets/{sha256(b''.join(content for _, content in FILES.values())).hexdigest()[:16]}"
