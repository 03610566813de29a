"""The edge: connexion, uvicorn and the control pages around the mock core."""
