"""Checks that hold mocks and real servers to a contract; usable as a library, without the server.

The rooms from the ground up, each importing only from those before it: `finding` and `report` (what
was found, as data), `planning` (what may be sent), `sending` (requests past the guard), `resources`
(identifiers that a run learned, what it created), `judge` (an exchange against its contract),
`mutations`, `fuzzing`, `probes` (the requests for one operation), `reports` (files and terminal),
`running` (a check from beginning to end), `traffic` (what others recorded or received), `cli`.
"""
