"""A proxy between an application and a vendor's sandbox: it forwards, judges and records."""
