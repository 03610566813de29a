"""The grammar of HTTP: media types, header fields, JSON text, multipart, recorded exchanges."""
