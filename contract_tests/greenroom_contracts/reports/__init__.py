"""What a run leaves behind: files and lines made from a report, with nothing secret in them."""
