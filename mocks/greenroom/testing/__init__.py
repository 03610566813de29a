"""What tests hold: a vendor's mock in a space of their own, by the fixture `greenroom_space`."""

from .mock import GreenroomSpace, VendorMock
from .requests import RecordedRequest, Requests
from .resources import Record, Records, Resources

__all__ = [
    "GreenroomSpace",
    "Record",
    "RecordedRequest",
    "Records",
    "Requests",
    "Resources",
    "VendorMock",
]
