"""The last response of a connection, after which the server ends it."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class LastResponse:
    """The last response of a connection, in the place of a cycle of uvicorn."""

    response_complete = True

    def __init__(self, protocol: HttpToolsProtocol, data: bytes) -> None:
        self._protocol = protocol
        self._data = data

    def send(self) -> None:
        """Write it and end; what the client still sends is dropped, so that it reads this."""
        transport = self._protocol.transport
        if not transport.is_closing():
            transport.write(self._data)
            self._protocol.flow.resume_reading()
            # TLS has no such end; `check` ends the connection.
            if transport.can_write_eof():
                transport.write_eof()

    async def run_asgi(self, _: object) -> None:
        """Write it when its turn has come."""
        self.send()
